import JSON
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
  func sample(_ style: JSONWriter.Style) -> JSONWriter {
    var writer = JSONWriter(style)
    writer.object { writer in
      writer.member("currency", "EUR")
      writer.member("site", nil as String?)
      writer.member("energy_wh", 1600)
      writer.member("exact", number: "0.100000")
      writer.member("estimated", false)
      writer.array("notes") { writer in
        writer.string("a")
        writer.object { _ in }
        writer.null()
      }
      writer.object("cost") { $0.member("incl_vat", "1.20") }
    }
    return writer
  }

  @Test("writes keys in the order of the calls, without white space")
  func compact() {
    #expect(
      sample(.compact).string
        == #"{"currency":"EUR","site":null,"energy_wh":1600,"exact":0.100000,"#
        + #""estimated":false,"notes":["a",{},null],"cost":{"incl_vat":"1.20"}}"#)
  }

  @Test("lays the same document out for people")
  func pretty() {
    #expect(
      sample(.pretty).string == """
        {
          "currency": "EUR",
          "site": null,
          "energy_wh": 1600,
          "exact": 0.100000,
          "estimated": false,
          "notes": [
            "a",
            {},
            null
          ],
          "cost": {
            "incl_vat": "1.20"
          }
        }
        """)
  }

  @Test("escapes what JSON does not allow in strings, and nothing else")
  func escapes() throws {
    let text = "\"\\/\u{0}\u{1f}\n\r\té🚗"
    var writer = JSONWriter()
    writer.string(text)
    #expect(writer.string == #""\"\\/\u0000\u001f\n\r\té🚗""#)
    try parsed(writer.string) { #expect($0.string == text) }
  }

  @Test("writes one document on each line")
  func lines() {
    var writer = JSONWriter()
    for number in 1...2 {
      writer.object { $0.member("n", number) }
      writer.endLine()
    }
    #expect(writer.string == "{\"n\":1}\n{\"n\":2}\n")
    writer.removeAll()
    writer.bool(true)
    #expect(writer.string == "true")
  }
}
