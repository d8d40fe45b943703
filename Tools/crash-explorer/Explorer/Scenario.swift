/// Something that the command does to a ledger, recorded so that it can be cut off at any moment.
struct Scenario: Sendable {
  let name: String
  /// Of all states that are drawn, its share among the shares of all scenarios.
  let share: Int
  /// Whether read models are a part of it.
  var hasModels = false
  /// Whether a backup is made.
  var hasBackup = false
  /// Whether old events are sealed.
  var seals = false
  /// States that are checked in one process. Forking takes time, and so does what a process may do
  /// before it counts as hung.
  var statesPerChild = 256
  /// A ledger of an older format, of `Tests/Fixtures/ledgers`, that is there before.
  var fixture: String?
  /// What makes the ledger that is there before: not recorded.
  var before: [Command] = []
  let recorded: [Command]

  static let all = [everything, creation, feeding, upgrade, backup, sealing]

  /// A ledger from nothing, with facts, imports and read models.
  private static let everything = Scenario(
    name: "import", share: 56, hasModels: true,
    recorded: {
      var commands: [Command] = [
        ["site", "publish", "site.yaml"],
        ["tariff", "publish", "tariff.json", "--site", "sim-1"],
      ]
      for part in 0..<Inputs.partCount {
        commands.append(["import", Inputs.part(part)])
        switch part {
        case 3: commands.append(["sessions"])
        case 5: commands.append(["import", "large.jsonl"])
        case 6: commands.append(["rebuild"])
        case 8: commands.append(["tariff", "publish", "tariff-2.json", "--site", "sim-1"])
        case 9: commands.append(["sessions"])
        default: break
        }
      }
      return commands + [["sessions"], ["rebuild"]]
    }())

  /// Nothing but a new ledger. It has few states, and they are all seen.
  private static let creation = Scenario(
    name: "create", share: 6, recorded: [["site", "publish", "site.yaml"]])

  /// Lines that are appended as they come, many of them under way at once.
  private static let feeding = Scenario(
    name: "append", share: 129, before: [["site", "publish", "site.yaml"]],
    recorded: [.append(Inputs.feed(0), inFlight: 16), .append(Inputs.feed(1), inFlight: 48)])

  /// A ledger of the first format is brought to the newest.
  private static let upgrade = Scenario(
    name: "upgrade", share: 6, fixture: "format-1",
    recorded: [["log", "upgrade"], ["tariff", "publish", "tariff-2.json", "--site", "sim-1"]])

  /// A backup, and one more that adds what has come since.
  private static let backup = Scenario(
    name: "backup", share: 8, hasBackup: true,
    before: [["site", "publish", "site.yaml"], .append(Inputs.feed(0), inFlight: 256)],
    recorded: [
      backUp, .append(Inputs.feed(1), inFlight: 48), backUp,
    ])

  /// Old events are sealed, twice, and lines appended before each time. Most of what is there is in no
  /// trace: sealing takes 4,096 events and leaves as many, which is why a state takes long to check.
  private static let sealing = Scenario(
    name: "seal", share: 1, seals: true, statesPerChild: 32, before: sealable,
    recorded: [
      .append(Inputs.shortFeed(0), inFlight: 4), .seal(keepHot: 8192),
      .append(Inputs.shortFeed(1), inFlight: 4), .seal(keepHot: 4096),
    ])

  /// A ledger with so many small events that two segments can be made of it.
  static let sealable: [Command] = [
    ["site", "publish", "site.yaml"], ["import", Inputs.heartbeats],
  ]

  static let backUp: Command = ["log", "backup", BackupCheck.place, "--format", "ndjson"]
}
