import ChargerEvents
import JSON

/// The fields of the frame that is being read, in memory that is kept from frame to frame.
struct FieldBuffer {
  /// Memory beyond this many fields is given back: one huge message must not cost it for ever.
  private static let keptCapacity = 1024

  private var fields = UnsafeMutableBufferPointer<MessageField>.allocate(capacity: 64)
  private var count = 0

  /// What was read since ``removeAll()``. Valid until more is read.
  var list: FieldList {
    FieldList(UnsafeBufferPointer(rebasing: fields[..<count]))
  }

  mutating func removeAll() {
    count = 0
    if fields.count > Self.keptCapacity {
      deallocate()
      fields = .allocate(capacity: 64)
    }
  }

  /// Gives the memory back. The fields have none of their own.
  func deallocate() { fields.deallocate() }

  mutating func append(_ name: FieldName, _ value: MessageField.Value) {
    if count == fields.count {
      let larger = UnsafeMutableBufferPointer<MessageField>.allocate(capacity: 2 * count)
      _ = larger.moveInitialize(fromContentsOf: fields)
      fields.deallocate()
      fields = larger
    }
    fields.initializeElement(at: count, to: MessageField(name: name, value: value))
    count += 1
  }

  /// Reads the members of `object` that `nodes` name.
  mutating func read(_ object: JSONValue, _ nodes: MessageFields.Nodes) {
    for member in object.members {
      guard let node = nodes.first(where: { isSame($0.name, member.name) }) else { continue }
      read(member.value, node)
    }
  }

  private mutating func read(_ value: JSONValue, _ node: MessageFields.Node) {
    switch node.shape {
    case .value: append(value, as: node.field)
    case .object: read(value, node.children)
    case .values:
      for element in value.elements { append(element, as: node.field) }
    case .list:
      if value.kind == .array {
        for element in value.elements { readItem(element, node) }
      } else {
        readItem(value, node)
      }
    }
  }

  private mutating func readItem(_ value: JSONValue, _ node: MessageFields.Node) {
    guard value.kind == .object else { return }
    let place = count
    append(node.field, .item(fields: 0))
    read(value, node.children)
    // A frame is shorter than 2³² bytes.
    fields[place].value = .item(fields: UInt32(count - place - 1))
  }

  private mutating func append(_ value: JSONValue, as name: FieldName) {
    switch name.kind {
    case .text:
      let isAnything = name == .data && !value.isNull
      let text = value.text ?? value.numberText ?? (isAnything ? value.rawText : nil)
      if let text { append(name, .text(FrameText(utf8: text))) }
    case .integer:
      if let integer = value.fieldInteger { append(name, .integer(integer)) }
    case .decimal:
      if let decimal = value.fieldDecimal { append(name, .decimal(decimal)) }
    case .instant:
      if let instant = value.fieldInstant { append(name, .instant(instant)) }
    case .flag:
      if let flag = value.bool { append(name, .flag(flag)) }
    case .item: break
    }
  }
}

private func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  left.count == right.count && left.elementsEqual(right)
}
