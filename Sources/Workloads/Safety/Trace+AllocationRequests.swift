package import Traces
import Vocabularies

extension Trace {
  /// What a trace of another vocabulary asks of an allocator, as the allocation vocabulary has it: objects that begin, and ends of live
  /// ones by names that held them from the first or by copies. Nobody writes into the blocks, and what is reallocated ends and begins.
  package var allocationRequests: Trace {
    var builder = AllocationTraceBuilder()
    var objects: [Int: Int] = [:]
    var live: [Int: AllocationTraceBuilder.Block] = [:]
    var count = 0
    func end(_ name: Int) {
      if let object = objects[name], let block = live.removeValue(forKey: object) { builder.release(block) }
    }
    func begin(_ name: Int, _ size: Int, _ alignment: Int) {
      live[count] = builder.take(size, alignment: alignment)
      objects[name] = count
      count += 1
    }
    for word in operations {
      switch vocabulary {
      case PointerVocabulary.name, HandleVocabulary.name:
        let operation = PointerOperation(word: word)
        switch operation.kind {
        case .allocate: begin(operation.name, operation.number, 1)
        case .deallocate: end(operation.name)
        case .copy: objects[operation.name] = objects[operation.other]
        default: break
        }
      case AccessVocabulary.name:
        let operation = AccessOperation(word: word)
        if operation.kind == .allocate { begin(operation.name, operation.number, 1) }
        if operation.kind == .deallocate { end(operation.name) }
      case AttackVocabulary.name:
        let operation = AttackOperation(word: word)
        if operation.kind == .allocate { begin(operation.name, operation.size, operation.alignment) }
        if operation.kind == .deallocate, operation.number == 0 { end(operation.name) }
      case MisuseVocabulary.name:
        let operation = MisuseOperation(word: word)
        let target = operation.kind == .reallocate ? operation.target : operation.name
        if operation.kind == .allocate || operation.kind == .reallocate { begin(target, operation.size, 1) }
        if operation.kind == .deallocate, operation.number == 0 { end(operation.name) }
      default: break
      }
    }
    return builder.trace(
      name: name, seed: seed ?? 0,
      parameters: [("heap.limit", parameter("heap.limit") ?? 0), (PayloadPattern.silenceParameter, 1)])
  }
}
