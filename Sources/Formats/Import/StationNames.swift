/// The stations of a file, numbered from 0 in the order of their first record.
struct StationNames {
  private(set) var names: [String] = []
  /// From a hash of the name to the number. Where two names share a hash, the later one took the
  /// next free hash.
  private var numbers: [Int: Int] = [:]
  private var last = -1

  /// The number of a station, new or not. Allocates only for a new one.
  mutating func number(of name: UnsafeRawBufferPointer) -> Int {
    if last >= 0, isName(last, name) { return last }
    var hasher = Hasher()
    hasher.combine(bytes: name)
    var hash = hasher.finalize()
    while let number = numbers[hash] {
      if isName(number, name) {
        last = number
        return number
      }
      hash &+= 1
    }
    last = names.count
    numbers[hash] = last
    names.append(String(decoding: name, as: UTF8.self))
    return last
  }

  private func isName(_ number: Int, _ name: UnsafeRawBufferPointer) -> Bool {
    let known = names[number].utf8.withContiguousStorageIfAvailable { utf8 in
      UnsafeRawBufferPointer(utf8).isEqual(to: name)
    }
    return known ?? names[number].utf8.elementsEqual(name)
  }
}
