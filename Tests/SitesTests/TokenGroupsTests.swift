import JSON
import Quantities
import Sites
import Testing

@Suite("Token groups")
struct TokenGroupsTests {
  @Test("a token fact comes back from its body as it was")
  func roundTrip() throws {
    let fact = try TokenFact(
      group: "fleet", name: "Our fleet", tokens: ["04AB", "DE-8AA-CA2B3C4D5"],
      effectiveFrom: Controls.instant("2025-03-01"))
    let body = fact.body
    #expect(
      String(decoding: body, as: UTF8.self)
        == #"{"effective_from":"2025-03-01T00:00:00.000Z","group":"fleet","name":"Our fleet","#
        + #""tokens":["04AB","DE-8AA-CA2B3C4D5"]}"#)
    #expect(try decode(String(decoding: body, as: UTF8.self)) == fact)
  }

  @Test(
    "what is wrong with a token file is told with its path",
    arguments: [
      (#"{"tokens":[]}"#, [""]),
      (#"{"group":"a"}"#, [""]),
      (#"{"group":"a","tokens":["x", 7, "X"]}"#, ["tokens[1]"]),
      (#"{"group":"","tokens":["x", "", "X"]}"#, ["group", "tokens[1]", "tokens[2]"]),
      (#"{"group":"a","tokens":["x"],"effective_from":"2025-01-01"}"#, ["effective_from"]),
      (#"{"group":"a","tokens":["x"],"token":1}"#, ["token"]),
      (#"[]"#, [""]), (#"{"group""#, [""]),
    ])
  func problems(text: String, paths: [String]) {
    let error = #expect(throws: InvalidFact.self) { try decode(text) }
    #expect(error?.problems.map(\.path) == paths)
  }

  @Test("membership follows the facts in time, and the first fact reaches back")
  func timeline() throws {
    var groups = TokenGroups()
    groups.add(
      try TokenFact(group: "fleet", tokens: ["a", "b"]),
      publishedAt: Controls.instant("2025-02-01"), position: 1)
    groups.add(
      try TokenFact(group: "fleet", tokens: ["B"], effectiveFrom: Controls.instant("2025-06-01")),
      publishedAt: Controls.instant("2025-03-01"), position: 2)
    groups.add(
      try TokenFact(group: "all", tokens: ["a", "c"]),
      publishedAt: Controls.instant("2025-04-01"), position: 3)
    #expect(groups.groups(ofToken: "A", at: Controls.instant("2020-01-01")) == ["all", "fleet"])
    #expect(groups.groups(ofToken: "a", at: Controls.instant("2025-06-01")) == ["all"])
    #expect(groups.groups(ofToken: "b", at: Controls.instant("2025-06-01")) == ["fleet"])
    #expect(groups.groups(ofToken: "z", at: Controls.instant("2025-06-01")).isEmpty)
    #expect(groups.groups == ["all", "fleet"])
  }

  private func decode(_ text: String) throws -> TokenFact {
    try Array(text.utf8).withUnsafeBytes { try TokenFact(body: $0, parser: JSONParser()) }
  }
}
