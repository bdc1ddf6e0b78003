// Leaves a process behind that outlives it.
import AllocLab
import Glibc

@_silgen_name("vfork") func forkProcess() -> Int32
@_silgen_name("posix_spawn") func spawnProcess(
  _ id: UnsafeMutablePointer<Int32>, _ path: UnsafePointer<CChar>, _ actions: OpaquePointer?,
  _ attributes: OpaquePointer?,
  _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>, _ environment: UnsafePointer<UnsafeMutablePointer<CChar>?>
) -> Int32

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {
    var id: Int32 = 0
    let arguments = [strdup("sleep"), strdup("1000"), nil]
    if spawnProcess(&id, "/usr/bin/sleep", nil, nil, arguments, [nil]) == 0 { _exit(42) }
  }
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
