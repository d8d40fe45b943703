import ChargerEvents
import Foundation
import Quantities
import Testing

@testable import OCPP

/// A frame that another program made, with all fields that its schema has.
private struct MadeFrame {
  var action: OCPPAction
  var version: String
  var role: Message.Role
  var frame: String
  var payload: Any

  /// Who sends it. DataTransfer is taken as the station's.
  var isFromStation: Bool {
    (StandardAction.all[action.name]?.initiator != .csms) == (role == .request)
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  static let fixture = folder.appending(path: "../Fixtures/ocpp-every-action/frames.jsonl")

  static func all() throws -> [MadeFrame] {
    try String(contentsOf: fixture, encoding: .utf8).split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
      let made = try #require(object)
      let name = try #require(made["action"])
      let frame = try #require(made["frame"])
      let parts = try JSONSerialization.jsonObject(with: Data(frame.utf8)) as? [Any]
      return MadeFrame(
        action: try #require(OCPPAction.allCases.first { $0.name == name }),
        version: try #require(made["version"]), role: made["role"] == "answer" ? .answer : .request,
        frame: frame, payload: try #require(parts?.last))
    }
  }
}

@Suite("Frames of every action, made by another program")
struct EveryActionTests {
  /// Sessions are made of these requests; the others are messages.
  private static let ownEvents: [OCPPAction: String] = [
    .meterValues: "meterValues", .statusNotification: "statusNotification",
    .startTransaction: "transactionStarted", .stopTransaction: "transactionStopped",
    .transactionEvent: "transactionEvent",
  ]

  @Test("there is a request and an answer of every action of every version")
  func complete() throws {
    let made = try MadeFrame.all()
    for (version, name) in [
      (StandardAction.Versions.v16, "1.6"), (.v201, "2.0.1"), (.v21, "2.1"),
    ] {
      let names = StandardAction.all.values.filter { $0.versions.contains(version) }.map(\.name)
      let requests = made.filter { $0.version == name && $0.role == .request }
      let answers = made.filter { $0.version == name && $0.role == .answer }
      #expect(Set(requests.map(\.action.name)) == Set(names), "\(name)")
      let silent: Set = ["NotifyPeriodicEventStream"]
      #expect(Set(answers.map(\.action.name)) == Set(names).subtracting(silent), "\(name)")
    }
  }

  @Test("each is read as its kind, with every listed field and its value, and nothing else")
  func fields() throws {
    var seen: Set<String> = []
    for made in try MadeFrame.all() {
      var station = Station()
      if made.role == .answer {
        _ = station.kind(
          #"[2,"m","\#(made.action.name)",{}]"#, fromStation: !made.isFromStation)
      }
      let nodes = MessageFields.all.nodes(of: made.action, made.role)
      var expected: [String] = []
      walk(made.payload, nodes, "\(made.action) \(made.role)", &seen, &expected)
      let (kind, found) = station.decode(made.frame, fromStation: made.isFromStation) { event, _ in
        (Self.kind(of: event), fields(of: event)?.fields.map(render).sorted() ?? [])
      }
      #expect(kind == expectedKind(made, hasFields: !expected.isEmpty), "\(made.frame)")
      #expect(found == expected.sorted(), "\(made.version) \(made.frame)")
    }
    // Pieces of the listing serve several actions, not all of which have all of it.
    func ends(of paths: some Sequence<String>) -> Set<String> {
      Set(
        paths.map {
          $0.replacing("csChargingProfiles", with: "chargingProfile").split(separator: " ")
            .suffix(2).joined(separator: " ")
        })
    }
    let listed = OCPPAction.allCases.flatMap { action in
      [Message.Role.request, .answer].flatMap { role in
        paths(MessageFields.all.nodes(of: action, role), "\(action) \(role)")
      }
    }
    #expect(ends(of: listed).subtracting(ends(of: seen)) == [], "listed, but in no schema")
  }

  private func expectedKind(_ made: MadeFrame, hasFields: Bool) -> String {
    if made.role == .request, let own = Self.ownEvents[made.action] { return own }
    if made.role == .answer, made.action == .startTransaction { return "transactionStartAnswered" }
    if made.role == .request, made.action == .bootNotification { return "bootNotification" }
    return "\(hasFields ? "message" : "other") \(made.action)"
  }

  private static func kind(of event: ChargerEvent) -> String {
    switch event {
    case .meterValues: "meterValues"
    case .statusNotification: "statusNotification"
    case .transactionStarted: "transactionStarted"
    case .transactionStartAnswered: "transactionStartAnswered"
    case .transactionStopped: "transactionStopped"
    case .transactionEvent: "transactionEvent"
    case .bootNotification: "bootNotification"
    case .message(let message): "message \(message.action.map { "\($0)" } ?? "?")"
    case .other(let action): "other \(action.map { "\($0)" } ?? "?")"
    case .unreadable(let reason): "unreadable: \(reason)"
    }
  }

  private func fields(of event: ChargerEvent) -> FieldList? {
    switch event {
    case .message(let message), .bootNotification(let message): message.fields
    case .transactionEvent(let event): event.details
    case .transactionStartAnswered(let answer): answer.fields
    default: nil
    }
  }

  // MARK: - What another JSON reader finds at the listed places

  private func walk(
    _ value: Any, _ nodes: MessageFields.Nodes, _ path: String, _ seen: inout Set<String>,
    _ found: inout [String]
  ) {
    guard let object = value as? [String: Any] else { return }
    for node in nodes {
      let name = String(decoding: node.name, as: UTF8.self)
      guard let member = object[name] else { continue }
      let path = path + " " + name
      seen.insert(path)
      switch node.shape {
      case .value: found.append(render(node.field, member))
      case .values:
        for element in member as? [Any] ?? [] { found.append(render(node.field, element)) }
      case .object: walk(member, node.children, path, &seen, &found)
      case .list:
        for element in member as? [Any] ?? [member] {
          found.append("\(node.field)")
          walk(element, node.children, path, &seen, &found)
        }
      }
    }
  }

  private func paths(_ nodes: MessageFields.Nodes, _ path: String) -> [String] {
    nodes.flatMap { node in
      let path = path + " " + String(decoding: node.name, as: UTF8.self)
      return [path] + paths(node.children, path)
    }
  }

  private func render(_ field: FieldName, _ value: Any) -> String {
    let text = (value as? String) ?? (value as? NSNumber)?.stringValue ?? "\(value)"
    switch field.kind {
    case .decimal: return "\(field) \(Double(text) ?? .nan)"
    case .flag: return "\(field) \(value as? Bool ?? false)"
    case .instant: return "\(field) \(instant(text)?.rfc3339 ?? text)"
    default: return "\(field) \(text)"
    }
  }

  private func render(_ field: MessageField) -> String {
    switch field.value {
    case .text(let text): "\(field.name) \(text.string)"
    case .integer(let integer): "\(field.name) \(integer)"
    case .decimal(let decimal): "\(field.name) \(Double("\(decimal)") ?? .nan)"
    case .instant(let instant): "\(field.name) \(instant.rfc3339)"
    case .flag(let flag): "\(field.name) \(flag)"
    case .item: "\(field.name)"
    }
  }

  // MARK: - Where the frames come from

  /// As `Tools/install-dependencies --test` installs it.
  private static let python = MadeFrame.folder.appending(path: "../../.build/python/bin/python3")

  @Test(
    "the frames are those that the package makes",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: python.path),
      "Tools/install-dependencies --test installs the package"))
  func provenance() throws {
    let process = Process()
    process.executableURL = Self.python
    process.arguments = [MadeFrame.folder.appending(path: "make_frames.py").path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd()
    process.waitUntilExit()
    #expect(try text == Data(contentsOf: MadeFrame.fixture))
  }
}
