import Dispatch

/// Runs `body` for each element on a thread of its own and returns the results in order. The first
/// error in that order is thrown.
public func inParallel<Element, R>(
  _ elements: [Element], _ body: (Element) throws -> R
) throws -> [R] {
  if elements.count == 1 { return [try body(elements[0])] }
  return try withoutActuallyEscaping(body) { body in
    let results = ParallelResults<R>(count: elements.count)
    let work = UncheckedWork(elements: elements, body: body)
    DispatchQueue.concurrentPerform(iterations: elements.count) { index in
      results.set(index, Result { try work.body(work.elements[index]) })
    }
    return try results.all()
  }
}
