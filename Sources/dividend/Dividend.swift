import ArgumentParser

@main struct Dividend: ParsableCommand {}
