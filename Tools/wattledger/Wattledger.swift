import ArgumentParser

@main
struct Wattledger: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wattledger", abstract: "A ledger of EV charging sessions, with replay.")
}
