import JSON

/// The bytes of a file that a person wrote: a site, a group of tokens, a tariff.
struct DocumentFile {
  /// The largest such file, in bytes.
  static let byteLimit = 16 << 20

  let name: String
  let bytes: [UInt8]

  /// Reads a file, plain or compressed; `-` is standard input.
  init(path: String) throws(PublishedFileError) {
    do throws(InputError) {
      let input = try ByteInput(path: path)
      name = input.name
      bytes = try Self.read(input, limit: Self.byteLimit + 1)
    } catch {
      // The message names the file.
      throw PublishedFileError(file: path, problems: [.init(text: error.description)])
    }
    guard bytes.count <= Self.byteLimit else {
      throw error("the file is larger than 16 MiB")
    }
  }

  func error(_ text: String, line: Int? = nil, path: String = "") -> PublishedFileError {
    PublishedFileError(file: name, problems: [.init(line: line, path: path, text: text)])
  }

  /// The error of a text that is not JSON, with its line.
  func error(_ error: JSONError) -> PublishedFileError {
    let line = bytes.prefix(error.offset).count { $0 == 0x0A } + 1
    return self.error(error.description, line: line)
  }

  /// What `read` makes of the file as JSON. Its mistakes get the name of the file, and the line
  /// where the text is no JSON.
  func decodeJSON<Value>(
    _ read: (JSONValue) throws(JSONPathError) -> Value
  ) throws(PublishedFileError) -> Value {
    let parser = JSONParser()
    let json: JSONValue
    do throws(JSONError) {
      json = try parser.parse(bytes)
    } catch {
      throw self.error(error)
    }
    do throws(JSONPathError) {
      return try read(json)
    } catch {
      throw self.error(error.problem, path: error.path)
    }
  }

  /// What `read` makes of the file as YAML, of which JSON is a part.
  ///
  /// - Parameter read: gets the document as JSON, and what makes an error of its mistakes: pairs of a
  ///   path such as `stations[2].id` and a text, which get the name of the file and the line.
  func decodeYAML<Value>(
    _ read: (
      JSONValue, _ error: ([(path: String, text: String)]) -> PublishedFileError
    ) throws(PublishedFileError) -> Value
  ) throws(PublishedFileError) -> Value {
    let document: YAMLDocument
    do throws(PublishedFileError.Problem) {
      document = try YAMLDocument(bytes)
    } catch {
      throw PublishedFileError(file: name, problems: [error])
    }
    let parser = JSONParser()
    let json: JSONValue
    do throws(JSONError) {
      json = try parser.parse(document.json)
    } catch {
      throw self.error("the document cannot be read: \(error.reason)")
    }
    return try read(json) { problems in
      PublishedFileError(
        file: name,
        problems: problems.map { path, text in
          .init(line: document.line(ofPath: path), path: path, text: text)
        })
    }
  }

  private static func read(_ input: ByteInput, limit: Int) throws(InputError) -> [UInt8] {
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    defer { chunk.deallocate() }
    while bytes.count < limit {
      let count = try input.read(into: chunk)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}

extension JSONParser {
  /// Parses text that is in memory of Swift's; see ``JSON/JSONParser/parse(_:)``.
  func parse(_ text: [UInt8]) throws(JSONError) -> JSONValue {
    try text.withUnsafeBytes { bytes in
      Result { () throws(JSONError) in try parse(bytes) }
    }.get()
  }
}
