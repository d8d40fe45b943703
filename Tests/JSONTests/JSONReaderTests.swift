import JSON
import Quantities
import Testing

@Suite("The JSON reader")
struct JSONReaderTests {
  static let tariff = """
    {"id":"T1","price":0.25,"steps":[1,2],"free":false,"note":null,"odd key":1,
     "elements":[{"price_components":[{"price":1},{"price":"1"}]}]}
    """

  @Test("reads what has the expected shape, exactly")
  func values() throws {
    try parsed(Self.tariff) { value throws in
      let root = JSONReader(value)
      #expect(try root.required("id").string() == "T1")
      #expect(
        try root.required("price").decimal() == DecimalNumber(coefficient: 25, exponent: -2))
      #expect(try root.required("steps").elements().map { try $0.int() } == [1, 2])
      #expect(try root.required("free").bool() == false)
      #expect(try root.required("id").choice([("T1", 1), ("T2", 2)]) == 1)
    }
  }

  @Test("takes null for a missing member")
  func null() throws {
    try parsed(Self.tariff) { value throws in
      let root = JSONReader(value)
      #expect(try root.optional("note") == nil)
      #expect(throws: JSONPathError(path: "$", problem: "the key `note` is missing")) {
        try root.required("note")
      }
    }
  }

  @Test("says where a value of the wrong kind stands and what it is")
  func path() throws {
    try parsed(Self.tariff) { value throws in
      let component = try JSONReader(value).required("elements").elements()[0]
        .required("price_components").elements()[1]
      let error = #expect(throws: JSONPathError.self) { try component.required("price").decimal() }
      #expect(
        error?.description
          == "$.elements[0].price_components[1].price: expected a number, found a string")
    }
  }

  @Test("refuses integers out of range, fractions and unknown choices")
  func limits() throws {
    try parsed(Self.tariff) { value throws in
      let root = JSONReader(value)
      #expect(throws: JSONPathError(path: "$.steps[1]", problem: "expected 0 to 1, found 2")) {
        try root.required("steps").elements()[1].int(in: 0...1)
      }
      #expect(throws: JSONPathError.self) { try root.required("price").int() }
      #expect(
        throws: JSONPathError(path: "$.id", problem: "expected one of A, B, found \"T1\"")
      ) {
        try root.required("id").choice([("A", 1), ("B", 2)])
      }
      #expect(throws: JSONPathError(path: "$.id", problem: "expected an object, found a string")) {
        try root.required("id").optional("x")
      }
    }
  }

  @Test("lists the keys that nobody knows, with their paths")
  func unknownKeys() throws {
    try parsed(Self.tariff) { value throws in
      let unknown = JSONReader(value).unknownKeys(
        besides: ["id", "price", "steps", "free", "elements"])
      #expect(unknown == ["$.note", "$['odd key']"])
    }
  }
}

extension JSONReader: Equatable {
  public static func == (left: JSONReader, right: JSONReader) -> Bool { left.path == right.path }
}
