import JSON
import Quantities
import TestSupport
import Testing

@Suite("The JSON parser")
struct JSONParserTests {
  @Test(
    "reads every kind of value and its nesting",
    arguments: [
      "null", "true", "false", "0", "-1.50e+3", "\"\"", "\"grün\"", "[]", "{}", "[[],{},[[1]]]",
      "[1,2,3]", "{\"a\":1,\"b\":[true,null],\"c\":{\"d\":\"e\"},\"f\":2}",
      "[2,\"id\",\"MeterValues\",{\"connectorId\":1,\"meterValue\":[{\"sampledValue\":[]}]}]",
    ])
  func roundTrip(text: String) throws {
    try parsed(text) { value in #expect(rewritten(value) == text) }
  }

  @Test("ignores white space between tokens, and only there")
  func whiteSpace() throws {
    try parsed(" \n[ 1 ,\t\" a \" , { \"k\" :\r\nnull } ] \n") { value in
      #expect(rewritten(value) == #"[1," a ",{"k":null}]"#)
      #expect(String(decoding: value.rawText, as: UTF8.self).hasSuffix("null } ]"))
    }
  }

  @Test("resolves every escape, surrogate pairs included")
  func escapes() throws {
    try parsed(#"{"k\u0065y":"\"\\\/\b\f\n\r\t\u00e9\u20AC\uD83D\uDE97x"}"#) { value in
      #expect(value["key"]?.string == "\"\\/\u{8}\u{c}\n\r\té€🚗x")
    }
  }

  @Test("finds members by key, the first of equal ones")
  func members() throws {
    try parsed(#"{"a":{"a":9},"ab":2,"a":3}"#) { value in
      #expect(value["a"]?["a"]?.int64 == 9)
      #expect(value[name: "ab"]?.int64 == 2)
      #expect(value["b"] == nil)
      #expect(value.count == 3)
      #expect(value.members.map { $0.isNamed("a") } == [true, false, true])
    }
  }

  @Test("an accessor of another kind gives nil or nothing")
  func otherKinds() throws {
    try parsed("\"1\"") { value in
      #expect(value.int64 == nil && value.decimal == nil && value.bool == nil && !value.isNull)
      #expect(value["a"] == nil && value.elements.map(\.kind) == [] && value.count == 0)
    }
  }

  @Test("keeps numbers exactly as they were written")
  func numbers() throws {
    try parsed("[9223372036854775807,-9223372036854775808,9223372036854775808,0.10,1e2,-0]") {
      value in
      let numbers = Array(value.elements)
      #expect(numbers.map(\.int64) == [.max, .min, nil, nil, nil, 0])
      #expect(numbers[2].decimal?.coefficient == 9_223_372_036_854_775_808)
      #expect(numbers[3].decimal == DecimalNumber(coefficient: 10, exponent: -2))
      #expect(numbers[4].decimal == DecimalNumber(coefficient: 1, exponent: 2))
      #expect(numbers.map { String(decoding: $0.rawText, as: UTF8.self) }[3] == "0.10")
    }
    try parsed(String(repeating: "9", count: 60)) { value in
      #expect(value.decimal == nil && value.numberText?.count == 60)
    }
  }

  @Test(
    "refuses what is not JSON and says where",
    arguments: [
      ("", JSONError(offset: 0, reason: .empty)), (" \n", JSONError(offset: 0, reason: .empty)),
      ("[1", JSONError(offset: 2, reason: .expectedComma)),
      ("[1,]", JSONError(offset: 3, reason: .expectedValue)),
      ("[1 2]", JSONError(offset: 3, reason: .expectedComma)),
      ("[1}", JSONError(offset: 2, reason: .expectedComma)),
      ("{1:2}", JSONError(offset: 1, reason: .expectedKey)),
      ("{\"a\" 1}", JSONError(offset: 5, reason: .expectedColon)),
      ("{\"a\":1,}", JSONError(offset: 7, reason: .expectedKey)),
      ("[1] x", JSONError(offset: 4, reason: .trailingBytes)),
      ("1 2", JSONError(offset: 2, reason: .trailingBytes)),
      ("\"a\"\"b\"", JSONError(offset: 3, reason: .trailingBytes)),
      ("\"a\"b", JSONError(offset: 3, reason: .trailingBytes)),
      ("01", JSONError(offset: 0, reason: .invalidNumber)),
      ("[1.]", JSONError(offset: 1, reason: .invalidNumber)),
      ("-", JSONError(offset: 0, reason: .invalidNumber)),
      ("1e", JSONError(offset: 0, reason: .invalidNumber)),
      ("1a", JSONError(offset: 0, reason: .invalidNumber)),
      ("1\"a\"", JSONError(offset: 0, reason: .invalidNumber)),
      ("+1", JSONError(offset: 0, reason: .expectedValue)),
      (".5", JSONError(offset: 0, reason: .expectedValue)),
      ("NaN", JSONError(offset: 0, reason: .expectedValue)),
      ("truex", JSONError(offset: 0, reason: .expectedValue)),
      ("[tru]", JSONError(offset: 1, reason: .expectedValue)),
      ("\u{c}1", JSONError(offset: 0, reason: .expectedValue)),
      ("[\"abc]", JSONError(offset: 1, reason: .unclosedString)),
      ("[\"a\nb\"]", JSONError(offset: 3, reason: .controlCharacter)),
      (#"["\x"]"#, JSONError(offset: 2, reason: .invalidEscape)),
      (#"["\u12G4"]"#, JSONError(offset: 2, reason: .invalidEscape)),
      (#"["a\uD83D"]"#, JSONError(offset: 3, reason: .loneSurrogate)),
      (#"["\uDE97"]"#, JSONError(offset: 2, reason: .loneSurrogate)),
      (#"["\uD83D\u0041"]"#, JSONError(offset: 2, reason: .loneSurrogate)),
    ])
  func refusals(text: String, error: JSONError) {
    #expect(throws: error) { try parsed(text) { _ in } }
  }

  @Test("refuses bytes that are not UTF-8 and says which")
  func invalidUTF8() {
    let bytes: [UInt8] = Array("[\"gr".utf8) + [0xFC] + Array("n\"]".utf8)
    #expect(throws: JSONError(offset: 4, reason: .invalidUTF8)) {
      try JSONParser().withParsed(utf8: bytes) { _ in }
    }
  }

  @Test("reads 256 levels of nesting and refuses 257")
  func depth() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    try parsed(nested(256)) { #expect(rewritten($0) == nested(256)) }
    #expect(throws: JSONError(offset: 256, reason: .tooDeep)) { try parsed(nested(257)) { _ in } }
    #expect(throws: JSONError(offset: 256, reason: .tooDeep)) {
      try parsed(String(repeating: "[", count: 1_000_000)) { _ in }
    }
  }

  @Test("serves short texts, long ones and broken ones in turn from the same buffers")
  func reuse() throws {
    let parser = JSONParser()
    let long = "[" + String(repeating: "{\"k\":\"v\\n\"},", count: 5000) + "0]"
    for text in ["[1]", long, "{", "[\"\\t\"]", long] {
      do {
        try parser.withParsed(utf8: text.utf8) { #expect(rewritten($0) == text) }
      } catch let error as JSONError {
        #expect(text == "{" && error.offset == 1)
      }
    }
  }

  @Test("survives random damage to a valid text", arguments: [1, 2, 3] as [UInt64])
  func damage(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let valid = Array(#"{"a":[1.5e3,-0,"x\u00e9\"y",true,null,{"b":{}}],"c":" ","d":[]}"#.utf8)
    let parser = JSONParser()
    var accepted = 0
    for _ in 0..<3000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(valid[index % valid.count], at: index)
        }
      }
      // What is accepted must read the same when it is written and read again.
      try? parser.withParsed(utf8: bytes) { value in
        let once = rewritten(value)
        try parsed(once) { #expect(rewritten($0) == once) }
        accepted += 1
      }
    }
    #expect(accepted > 0 && accepted < 3000, "seed \(seed)")
  }
}
