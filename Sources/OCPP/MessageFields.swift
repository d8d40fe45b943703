import ChargerEvents

/// The fields that are read from each message: ``messageFieldListing`` in a form that is quick to walk.
///
/// Made once and never freed; it is memory without reference counts, because all threads read it.
struct MessageFields: @unchecked Sendable {
  /// How a member is read.
  enum Shape: UInt8 { case value, object, list, values }

  /// A member of an object.
  struct Node {
    var name: UnsafeRawBufferPointer
    var shape: Shape
    /// Of a value or a list.
    var field: FieldName
    /// Of an object, or of the items of a list.
    var children: Nodes
  }

  typealias Nodes = UnsafeBufferPointer<Node>

  static let all = MessageFields()

  /// By action and role.
  private let rows: UnsafeMutableBufferPointer<Nodes>

  /// The fields of a request or an answer; empty if nothing is read from it.
  func nodes(of action: OCPPAction, _ role: Message.Role) -> Nodes {
    rows[Int(action.rawValue) * 2 + (role == .request ? 0 : 1)]
  }

  private init() {
    let none = Nodes(start: nil, count: 0)
    rows = .allocate(capacity: OCPPAction.allCases.count * 2)
    rows.initialize(repeating: none)
    let actions = Dictionary(uniqueKeysWithValues: OCPPAction.allCases.map { ($0.name, $0) })
    for line in messageFieldListing {
      var text = Substring(line)
      let name = String(text.prefix { $0 != "?" && $0 != "!" })
      text = text.dropFirst(name.count)
      // The listing is part of the program, and every test reads all of it.
      guard let action = actions[name], let sign = text.popFirst() else {
        preconditionFailure("no action has the name \(name)")
      }
      rows[Int(action.rawValue) * 2 + (sign == "?" ? 0 : 1)] = Self.parse(&text)
    }
  }

  /// Reads members up to the end of the text or of a bracket.
  private static func parse(_ text: inout Substring) -> Nodes {
    var nodes: [Node] = []
    while let first = text.first {
      if first == " " {
        text.removeFirst()
      } else if first == ")" || first == "]" {
        break
      } else {
        nodes.append(parseMember(&text))
      }
    }
    return Nodes(copy(nodes))
  }

  private static func parseMember(_ text: inout Substring) -> Node {
    let name = text.prefix { !":([".contains($0) }
    text = text.dropFirst(name.count)
    var node = Node(
      name: UnsafeRawBufferPointer(copy(Array(name.utf8))), shape: .value, field: .status,
      children: Nodes(start: nil, count: 0))
    if let bracket = text.first, bracket != ":" {
      text.removeFirst()
      node.children = parse(&text)
      text.removeFirst()
      if bracket == "(" {
        node.shape = .object
        return node
      }
      node.shape = node.children.isEmpty ? .values : .list
    }
    text.removeFirst()
    let field = String(text.prefix { $0.isLetter || $0.isNumber })
    text = text.dropFirst(field.count)
    guard let known = fieldNames[field] else { preconditionFailure("no field is \(field)") }
    node.field = known
    return node
  }

  private static let fieldNames = Dictionary(
    uniqueKeysWithValues: FieldName.allCases.map { ("\($0)", $0) })

  private static func copy<Element>(_ array: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: array.count)
    _ = buffer.initialize(from: array)
    return buffer
  }
}
