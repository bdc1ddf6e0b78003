package import Traces
package import Vocabularies

extension Trace {
  /// The same trace, of the allocation vocabulary, with each operation changed.
  package func mappingOperations(_ change: (AllocationOperation) -> AllocationOperation) -> Trace {
    var trace = self
    trace.operations = operations.map { change(AllocationOperation(word: $0)).word }
    return trace
  }
}
