// Has a type of 2^27 parts.
import AllocLab

typealias T0<A> = (A, A)
typealias T1<A> = (T0<A>, T0<A>)
typealias T2<A> = (T1<A>, T1<A>)
typealias T3<A> = (T2<A>, T2<A>)
typealias T4<A> = (T3<A>, T3<A>)
typealias T5<A> = (T4<A>, T4<A>)
typealias T6<A> = (T5<A>, T5<A>)
typealias T7<A> = (T6<A>, T6<A>)
typealias T8<A> = (T7<A>, T7<A>)
typealias T9<A> = (T8<A>, T8<A>)
typealias T10<A> = (T9<A>, T9<A>)
typealias T11<A> = (T10<A>, T10<A>)
typealias T12<A> = (T11<A>, T11<A>)
typealias T13<A> = (T12<A>, T12<A>)
typealias T14<A> = (T13<A>, T13<A>)
typealias T15<A> = (T14<A>, T14<A>)
typealias T16<A> = (T15<A>, T15<A>)
typealias T17<A> = (T16<A>, T16<A>)
typealias T18<A> = (T17<A>, T17<A>)
typealias T19<A> = (T18<A>, T18<A>)
typealias T20<A> = (T19<A>, T19<A>)
typealias T21<A> = (T20<A>, T20<A>)
typealias T22<A> = (T21<A>, T21<A>)
typealias T23<A> = (T22<A>, T22<A>)
typealias T24<A> = (T23<A>, T23<A>)
typealias T25<A> = (T24<A>, T24<A>)
func bomb(_ value: T25<Int>?) -> Int { value == nil ? 0 : MemoryLayout<T25<Int>>.size }
let size = bomb(nil)

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
