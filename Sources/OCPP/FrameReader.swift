import ChargerEvents
import JSON

/// What one thread needs to read frames: a parser, and buffers that are kept from frame to frame.
///
/// One serves any number of stations. What was read is valid until the next frame is read.
public final class FrameReader {
  let parser = JSONParser()
  /// Behind a pointer, so that reaching it needs no check for exclusive access.
  let buffers: UnsafeMutablePointer<Buffers>

  /// What a frame's values are collected in.
  struct Buffers {
    var meter = MeterReadingCollector()
    var fields = FieldBuffer()
  }

  public init() {
    buffers = .allocate(capacity: 1)
    buffers.initialize(to: Buffers())
  }

  deinit {
    buffers.pointee.meter.deallocate()
    buffers.pointee.fields.deallocate()
    buffers.deinitialize(count: 1)
    buffers.deallocate()
  }

  /// Makes room for the values of another frame.
  func forgetFrame() {
    buffers.pointee.meter.removeAll()
    buffers.pointee.fields.removeAll()
  }

  /// The fields of a frame: those that the listing names, or the error in their place.
  func fields(of action: OCPPAction?, _ role: Message.Role, _ header: FrameHeader) -> FieldList {
    if let code = header.errorCode {
      buffers.pointee.fields.append(.errorCode, .text(code))
      if let text = header.errorText { buffers.pointee.fields.append(.errorText, .text(text)) }
      return buffers.pointee.fields.list
    }
    guard let action, let payload = header.payload else { return FieldList() }
    return fields(of: action, role, in: payload)
  }

  func fields(
    of action: OCPPAction, _ role: Message.Role, in payload: JSONValue
  ) -> FieldList {
    let nodes = MessageFields.all.nodes(of: action, role)
    guard !nodes.isEmpty else { return FieldList() }
    buffers.pointee.fields.read(payload, nodes)
    return buffers.pointee.fields.list
  }

  /// Reads a member of a TransactionEvent, or of an object in it, that few events have.
  func readDetail(_ member: JSONValue.Member, of object: StaticString?) {
    var nodes = MessageFields.all.nodes(of: .transactionEvent, .request)
    if let object {
      guard let node = nodes.first(where: { object ~= $0.name }) else { return }
      nodes = node.children
    }
    buffers.pointee.fields.read(member, nodes)
  }
}
