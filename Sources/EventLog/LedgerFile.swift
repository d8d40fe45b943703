import Bytes

/// `ledger.json`: what a directory is, for people and for programs of another version.
public struct LedgerFile: Hashable, Sendable {
  /// The format that this program writes and the newest that it reads.
  public static let formatVersion: UInt64 = 2
  static let name = "ledger.json"

  /// The format of the ledger.
  public var formatVersion: UInt64
  /// Names the ledger for ever, wherever its directory goes.
  public var uuid: String
  /// The program that created it.
  public var createdBy: String

  /// The text of the file. What JSON would have to escape is left out of the program's name.
  var json: String {
    let createdBy = createdBy.filter { $0.isASCII && $0 >= " " && $0 != "\"" && $0 != "\\" }
    return """
      {
        "format_version": \(formatVersion),
        "uuid": "\(uuid)",
        "created_by": "\(createdBy)"
      }

      """
  }
}

extension LedgerFile {
  /// Reads the text of the file in the ledger `path`. A newer format is refused by its number, even
  /// if nothing else in the file can be understood.
  init(json: [UInt8], path: String) throws(LedgerError) {
    guard let members = FlatObject.members(of: json) else {
      throw .notALedger(path: path, reason: "\(Self.name) is not as this program writes it")
    }
    guard case .number(let version)? = members["format_version"] else {
      throw .notALedger(path: path, reason: "\(Self.name) has no format_version")
    }
    guard version <= Self.formatVersion else {
      throw .newerFormat(path: path, version: version)
    }
    guard case .text(let uuid)? = members["uuid"] else {
      throw .notALedger(path: path, reason: "\(Self.name) has no uuid")
    }
    var createdBy = ""
    if case .text(let text)? = members["created_by"] { createdBy = text }
    self.init(formatVersion: version, uuid: uuid, createdBy: createdBy)
  }

  /// A random UUID (RFC 9562, version 4).
  static func makeUUID() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    bytes.withUnsafeMutableBytes { fillRandomly($0) }
    bytes[6] = bytes[6] & 0x0f | 0x40
    bytes[8] = bytes[8] & 0x3f | 0x80
    let digits = Hexadecimal.string(of: bytes)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}

/// The one shape of JSON that `ledger.json` has: an object of plain texts and whole numbers.
private enum FlatObject {
  enum Value {
    case text(String)
    case number(UInt64)
  }

  /// nil if `json` is anything else, or has a name twice.
  static func members(of json: [UInt8]) -> [String: Value]? {
    var rest = json[...]
    guard take("{", &rest) else { return nil }
    var members: [String: Value] = [:]
    repeat {
      guard let name = text(&rest), take(":", &rest), let value = value(&rest),
        members.updateValue(value, forKey: name) == nil
      else { return nil }
    } while take(",", &rest)
    guard take("}", &rest) else { return nil }
    skipSpace(&rest)
    return rest.isEmpty ? members : nil
  }

  private static func value(_ rest: inout ArraySlice<UInt8>) -> Value? {
    if let text = text(&rest) { return .text(text) }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let number = UInt64(String(decoding: digits, as: UTF8.self)) else { return nil }
    rest = rest[digits.endIndex...]
    return .number(number)
  }

  private static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard take("\"", &rest), let end = rest.firstIndex(of: UInt8(ascii: "\"")),
      !rest[..<end].contains(UInt8(ascii: "\\"))
    else { return nil }
    defer { rest = rest[(end + 1)...] }
    return String(validating: rest[..<end], as: UTF8.self)
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    skipSpace(&rest)
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    skipSpace(&rest)
    return true
  }

  private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
    rest = rest.drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
  }
}
