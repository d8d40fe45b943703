import Testing
import Transparency

/// The example of Go's package golang.org/x/mod/sumdb/note, which the format comes from.
private let peter = (
  vkey: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  key: "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
  text: "If you think cryptography is the answer to your problem,\n"
    + "then you don't know what your problem is.\n",
  line:
    "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
    + "dngotpRZb6KE6RyyBwJnAM=\n"
)
private let enoch = (
  vkey: "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
  line:
    "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwn"
    + "WLox33WWd1RvMc+QQ=\n"
)

private func note(_ text: String) throws -> SignedNote {
  try SignedNote(parsing: Array(text.utf8))
}

@Suite("Signed notes")
struct NoteTests {
  @Test("The public example is signed with the same bytes, and its keys are read and written back")
  func publicExample() throws {
    let key = try NoteSigningKey(text: peter.key)
    #expect(key.text == peter.key)
    #expect(key.verifierKey.vkey == peter.vkey)
    try #expect(NoteVerifierKey(vkey: peter.vkey) == key.verifierKey)
    let signed = try SignedNote(signing: peter.text, with: key)
    #expect(signed.encoded == peter.text + "\n" + peter.line)
    try #expect(note(signed.encoded) == signed)
  }

  @Test("The example of the C2SP specification verifies")
  func specificationExample() throws {
    let key = try NoteVerifierKey(
      vkey: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    let signed = try note(
      "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXpp"
        + "zi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n")
    try #expect(signed.verify(with: [key]) == [key])
  }

  @Test("A text may have empty lines; the last one is before the signatures")
  func emptyLines() throws {
    let text =
      "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n"
      + "ed è subito sera.\n"
    let signed = try note(
      text
        + "\n\u{2014} quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfL"
        + "W9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n")
    #expect(signed.text == text)
    #expect(signed.signatures.map(\.name) == ["quasimodo.example/salvatore"])
    #expect(signed.signatures.map(\.keyID) == [0x367b_a04b])
  }

  @Test("Signatures of unknown keys are ignored, a wrong one of a known key is not")
  func severalKeys() throws {
    let (peterKey, enochKey) = (
      try NoteVerifierKey(vkey: peter.vkey), try NoteVerifierKey(vkey: enoch.vkey)
    )
    let both = try note(peter.text + "\n" + peter.line + enoch.line)
    try #expect(both.verify(with: [enochKey]) == [enochKey])
    try #expect(both.verify(with: [enochKey, peterKey]) == [peterKey, enochKey])

    let changed = try note(peter.text + "More.\n\n" + peter.line + enoch.line)
    #expect(throws: NoteError.wrongSignature(name: "EnochRoot")) {
      try changed.verify(with: [enochKey])
    }
    let stranger = try NoteSigningKey(name: "PeterNeumann").verifierKey
    #expect(throws: NoteError.notSignedByKnownKey(names: ["PeterNeumann", "EnochRoot"])) {
      try both.verify(with: [stranger])
    }
    #expect(throws: NoteError.self) { try both.verify(with: []) }
  }

  @Test("As many as 100 signatures are read, and not one more")
  func manySignatures() throws {
    for count in [16, 100] {
      let full = try note(peter.text + "\n" + String(repeating: peter.line, count: count))
      #expect(full.signatures.count == count)
      try full.verify(with: [try NoteVerifierKey(vkey: peter.vkey)])
    }
    #expect(throws: NoteError.tooLong) {
      try note(peter.text + "\n" + String(repeating: peter.line, count: 101))
    }
  }

  @Test(
    "What is not a note is refused",
    arguments: [
      ("", .badText), ("text\n", .noSignature), ("text\n\n", .noSignature),
      (peter.text + peter.line, .noSignature), ("\n" + peter.line, .noSignature),
      ("a\r\n\n" + peter.line, .badText), ("a\u{7}\n\n" + peter.line, .badText),
      ("a\n\n" + peter.line.dropLast(), .badText),
      ("a\n\n" + peter.line + "x\n", .badSignatureLine),
      ("a\n\n- name AAAAAAA=\n", .badSignatureLine),
      ("a\n\n\u{2014}  AAAAAAA=\n", .badSignatureLine),
      ("a\n\n\u{2014} a AAAAAA==\n", .badSignatureLine),
      ("a\n\n\u{2014} a AAAAAAA\n", .badSignatureLine),
      ("a\n\n\u{2014} a+b AAAAAAA=\n", .badSignatureLine),
      ("a\n\n\u{2014} a\u{2003}b AAAAAAA=\n", .badSignatureLine),
      ("a\n\n\u{2014} a b AAAAAAA=\n", .badSignatureLine),
    ] as [(String, NoteError)])
  func broken(text: String, error: NoteError) throws {
    #expect(throws: error) { try note(text) }
  }

  @Test("Bytes that are not UTF-8 are refused")
  func notUTF8() {
    #expect(throws: NoteError.badText) {
      try SignedNote(parsing: [0xff] + Array(("\n\n" + peter.line).utf8))
    }
  }

  @Test("A note with any one bit flipped does not verify as before")
  func flippedBits() throws {
    let key = try NoteVerifierKey(vkey: peter.vkey)
    let signed = Array((peter.text + "\n" + peter.line).utf8)
    for bit in 0..<(signed.count * 8) {
      var changed = signed
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: NoteError.self, "bit \(bit)") {
        try SignedNote(parsing: changed).verify(with: [key])
      }
    }
  }

  @Test("A text that a note cannot carry is not signed, and a bad name gets no key")
  func badInput() throws {
    let key = try NoteSigningKey(text: peter.key)
    for text in ["", "no newline", "a\tb\n", "a\r\n"] {
      #expect(throws: NoteError.badText) { try SignedNote(signing: text, with: key) }
    }
    for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\u{1}"] {
      #expect(throws: NoteError.badName) { try NoteSigningKey(name: name) }
    }
  }

  @Test("No part of a key and no key with one character changed is a key")
  func mangledKeys() {
    let (vkey, key) = (Array(peter.vkey.utf8), Array(peter.key.utf8))
    func isRefused(_ bytes: some Collection<UInt8>) -> Bool {
      let text = String(decoding: bytes, as: UTF8.self)
      return (try? NoteVerifierKey(vkey: text)) == nil && (try? NoteSigningKey(text: text)) == nil
    }
    for whole in [vkey, key] {
      for start in 0..<whole.count {
        #expect(isRefused(whole[(start + 1)...]))
        #expect(isRefused(whole[..<start]))
        var changed = whole
        changed[start] += 1
        #expect(isRefused(changed))
      }
    }
    // The hash of these fits, but the key is too long, or of a type that does not exist.
    #expect(throws: NoteError.badKey) {
      try NoteVerifierKey(
        vkey: "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")
    }
    #expect(throws: NoteError.unknownKeyType) {
      try NoteVerifierKey(
        vkey: "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    }
  }
}
