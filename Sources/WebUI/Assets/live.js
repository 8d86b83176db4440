// Counts on while somebody looks: how many entries there are, and how many are signed.
"use strict";

const places = document.querySelectorAll("[data-live]");
if (places.length && window.EventSource) {
  const events = new EventSource("/api/v1/events");
  events.addEventListener("journal", (event) => {
    const news = JSON.parse(event.data);
    for (const place of places) {
      const value = String(news[place.dataset.live]);
      if (place.textContent !== value) place.textContent = value;
    }
  });
  // A page that nobody sees holds no connection.
  window.addEventListener("pagehide", () => events.close());
}
