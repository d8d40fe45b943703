// The only file of this module that reads from the system.
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension TimeZoneTable {
  /// Where Debian and most other systems keep the compiled zones.
  public static let systemDirectory = "/usr/share/zoneinfo"

  /// Reads a zone from the system's time zone database.
  ///
  /// For publishing a site and for `price --time-zone` only: a fold takes its tables from the log.
  ///
  /// - Throws: ``TimeZoneTableError``; an unknown name comes with names that are spelt alike.
  public static func system(named name: String, directory: String = systemDirectory)
    throws(TimeZoneTableError) -> TimeZoneTable
  {
    guard isZoneName(name) else { throw .badName(name) }
    guard access(directory, R_OK | X_OK) == 0 else {
      throw .unreadable(path: directory, errno: errno)
    }
    let path = "\(directory)/\(name)"
    let file = readFile(path)
    // A directory of zones and other files beside them are no zones either.
    guard let bytes = file.bytes, bytes.starts(with: "TZif".utf8) else {
      let isMissing = file.bytes != nil || [ENOENT, ENOTDIR, EISDIR].contains(file.errno)
      guard isMissing else { throw .unreadable(path: path, errno: file.errno) }
      throw .unknownZone(name, similar: zoneNames(like: name, directory: directory))
    }
    let version = systemVersion(directory: directory)
    return try bytes.withUnsafeBufferPointer { (buffer) throws(TimeZoneTableError) in
      try TimeZoneTable(tzif: UnsafeRawBufferPointer(buffer), name: name, tzdataVersion: version)
    }
  }

  /// The release of the system's database, `2025b`; `unknown` where it does not say.
  public static func systemVersion(directory: String = systemDirectory) -> String {
    let source = readFile("\(directory)/tzdata.zi", atMost: 64).bytes ?? []
    let firstLine = String(decoding: source.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let marker = "# version "
    if firstLine.hasPrefix(marker) { return String(firstLine.dropFirst(marker.count)) }
    let version = readFile("\(directory)/+VERSION", atMost: 64).bytes ?? []
    let text = String(decoding: version.prefix { $0 > UInt8(ascii: " ") }, as: UTF8.self)
    return text.isEmpty ? "unknown" : text
  }

  /// Up to three names of the database that are spelt most like `name`.
  private static func zoneNames(like name: String, directory: String) -> [String] {
    let source = String(
      decoding: readFile("\(directory)/tzdata.zi").bytes ?? [], as: UTF8.self)
    var names: Set<String> = []
    for line in source.utf8.split(separator: UInt8(ascii: "\n")) {
      // `Z NAME …` is a zone, `L TARGET NAME` another name of one.
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 3)
      guard fields.count >= 3 else { continue }
      if fields[0].elementsEqual("Z".utf8) { names.insert(String(fields[1]) ?? "") }
      if fields[0].elementsEqual("L".utf8) { names.insert(String(fields[2]) ?? "") }
    }
    let wanted = Array(name.lowercased().utf8)
    let ranked = names.map { known in
      let spelling = Array(known.lowercased().utf8)
      let city = Array(spelling.split(separator: UInt8(ascii: "/")).last ?? [])
      let distance = min(editDistance(wanted, spelling), editDistance(wanted, city) + 1)
      return (distance: distance, name: known)
    }
    return ranked.filter { $0.distance <= 3 }.sorted { $0 < $1 }.prefix(3).map(\.name)
  }
}

/// The least number of bytes to insert, delete or replace to turn one text into the other.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var row = Array(0...right.count)
  for (lineNumber, byte) in left.enumerated() {
    var diagonal = row[0]
    row[0] = lineNumber + 1
    for (column, other) in right.enumerated() {
      let replaced = diagonal + (byte == other ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
    }
  }
  return row[right.count]
}

/// The first bytes of a file, or the system's error number.
private func readFile(_ path: String, atMost limit: Int = 1 << 20)
  -> (bytes: [UInt8]?, errno: Int32)
{
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return (nil, errno) }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: limit)
  var length = 0
  while length < limit {
    let count = bytes.withUnsafeMutableBytes { buffer in
      read(descriptor, buffer.baseAddress.map { $0 + length }, limit - length)
    }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { return (nil, errno) }
    if count == 0 { break }
    length += count
  }
  return (Array(bytes.prefix(length)), 0)
}
