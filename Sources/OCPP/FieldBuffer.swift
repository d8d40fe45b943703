import ChargerEvents
import JSON

/// The fields of the frame that is being read, in memory that is kept from frame to frame.
struct FieldBuffer {
  private var fields = ReusedBuffer<MessageField>()

  /// What was read since ``removeAll()``. Valid until more is read.
  var list: FieldList { FieldList(fields.elements) }

  mutating func removeAll() { fields.removeAll() }

  func deallocate() { fields.deallocate() }

  mutating func append(_ name: FieldName, _ value: MessageField.Value) {
    fields.append(MessageField(name: name, value: value))
  }

  /// Reads the members of `object` that `nodes` name.
  mutating func read(_ object: JSONValue, _ nodes: MessageFields.Nodes) {
    for member in object.members { read(member, nodes) }
  }

  /// Reads one member, if it is one of those that `nodes` name.
  mutating func read(_ member: JSONValue.Member, _ nodes: MessageFields.Nodes) {
    guard let node = nodes.first(where: { isSame($0.name, member.name) }) else { return }
    read(member.value, node)
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
    let place = fields.count
    append(node.field, .item(fields: 0))
    read(value, node.children)
    // A frame is shorter than 2³² bytes.
    fields[place].value = .item(fields: UInt32(fields.count - place - 1))
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
