import CSimdJSON
import Testing

@Suite("The bare parser, the yardstick of benchmarks")
struct BareParserTests {
  func checksum(_ text: String) -> UInt64 {
    Array(text.utf8).withUnsafeBytes { csimdjson_bare_parse_touch($0.baseAddress, $0.count) }
  }

  @Test("touches every value, so that a change of any of them shows")
  func checksum() {
    let sum = checksum(#"[1,-2,0.5,true,null,{"a":"x"},18446744073709551615]"#)
    #expect(sum != 0)
    #expect(sum == checksum(#"[1,-2,0.5,true,null,{"a":"x"},18446744073709551615]"#))
    for changed in [
      #"[2,-2,0.5,true,null,{"a":"x"},18446744073709551615]"#,
      #"[1,-3,0.5,true,null,{"a":"x"},18446744073709551615]"#,
      #"[1,-2,0.25,true,null,{"a":"x"},18446744073709551615]"#,
      #"[1,-2,0.5,false,null,{"a":"x"},18446744073709551615]"#,
      #"[1,-2,0.5,true,null,{"ab":"x"},18446744073709551615]"#,
      #"[1,-2,0.5,true,null,{"a":"y"},18446744073709551615]"#,
      #"[1,-2,0.5,true,null,{"a":"x"},18446744073709551614]"#,
    ] {
      #expect(checksum(changed) != sum, "\(changed)")
    }
  }

  @Test("gives 0 for what it refuses")
  func refusal() {
    #expect(checksum("[1") == 0 && checksum("") == 0)
    #expect(checksum("-1") != 0)
  }
}
