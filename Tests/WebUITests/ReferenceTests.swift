// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing

@testable import WebUI

/// The API's reference, from a document as a machine reads it.
@Suite struct ReferenceTests {
    private let document: JSON = [
        "info": ["version": "1", "description": "d"],
        "paths": [
            "/api/v1/quotes": [
                "post": [
                    "summary": "Prices a question.",
                    "requestBody": [
                        "content": [
                            "application/json": ["schema": ["$ref": "#/components/schemas/Asked"]]
                        ]
                    ],
                    "responses": [
                        "201": ["description": "The quote"],
                        "default": ["$ref": "#/components/responses/Wrong"],
                    ],
                ]
            ],
            "/api/v1/orders/{order}": [
                "get": [
                    "summary": "One order.", "security": [["key": []]],
                    "parameters": [
                        ["name": "order", "in": "path", "schema": ["type": "string"]]
                    ],
                    "responses": ["200": ["description": "It"]],
                ]
            ],
        ],
        "components": [
            "schemas": [
                "Asked": [
                    "type": "object", "required": ["sql"],
                    "properties": [
                        "people": ["type": "integer", "minimum": 1, "maximum": 9],
                        "sql": ["type": "string", "maxLength": 100],
                        "kind": ["enum": ["a", "b"]],
                    ],
                ]
            ],
            "responses": ["Wrong": ["description": "What is wrong."]],
        ],
    ]

    @Test func `each route has its noun, its members, its answers and an example`() {
        let page = ReferencePage(document, origin: "https://x.example").html(Frame("en", path: "/"))
        for words in [
            "id=\"noun-quotes\"", "id=\"noun-orders\"", "<b>POST</b> /api/v1/quotes",
            "integer 1…9", "string ≤ 100", "a | b", "What is wrong.", "The quote",
            "https://x.example/api/v1/orders/ORDER", "Authorization: Bearer $KEY",
            "SELECT COUNT(*) FROM POOL",
        ] {
            #expect(page.contains(words), "\(words)")
        }
        #expect(page.components(separatedBy: "Required.").count == 2, "only sql has to be there")
    }
}
