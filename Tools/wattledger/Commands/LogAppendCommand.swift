import ArgumentParser
import EventLog
import Formats
import Foundation
import JSON
import Quantities

extension LogCommand {
  struct Append: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Append what comes on standard input, as it comes, and acknowledge each line.",
      discussion: """
        Reads lines of the Open OCPP Trace Format and answers each with one line of JSON, in the \
        order of the lines, as soon as the event is on the disk: {"line":1,"position":7}. What is \
        waiting shares a commit. A line that cannot be stored is answered with \
        {"line":2,"error":"…"} and does not stop the rest. Every line is a new event, unless it has \
        a member eventId, 32 hexadecimal digits or a UUID: repeating such a line adds nothing and \
        gives the position of the first, so after a crash send again all that was not answered.

        Ends with the input, or on SIGTERM or SIGINT, when everything that was taken is answered.
        """)

    @Option(
      help: """
        How many lines may be read and not yet answered, 1 to \(LiveFeed.maxInFlight). With 1, each \
        has a commit of its own.
        """)
    var inFlight = 256

    @Option(help: "The station of lines that name none.")
    var station: String?

    @Option(help: "The IANA time zone of times without an offset, e.g. Europe/Berlin.")
    var timeZone: String?

    @OptionGroup var ledger: LedgerOption

    func validate() throws {
      guard (1...LiveFeed.maxInFlight).contains(inFlight) else {
        throw ValidationError("--in-flight is 1 to \(LiveFeed.maxInFlight)")
      }
    }

    func run() throws {
      let options = ImportOptions(
        station: station, timeZone: try timeZone.map { try TimeZoneTable.system(named: $0) })
      StopSignals.holdBack()
      // A reader that leaves is an error that is told, not a signal.
      signal(SIGPIPE, SIG_IGN)
      let feed = try LiveFeed(ledger.openOrCreate(), options: options, inFlight: inFlight)
      StopSignals.handle { feed.stop() }
      var json = JSONWriter()
      try feed.run { answers in
        for answer in answers { answer.write(to: &json) }
        try Terminal.send(json.takeBytes())
      }
    }
  }
}
