// Has an expression that the type checker searches for very long.
import AllocLab

let sum: Double =
  (1 - 1.5) * [1: "1"].count + (2 - 2.5) * [2: "2"].count + (3 - 3.5) * [3: "3"].count + (4 - 4.5) * [4: "4"].count
  + (5 - 5.5) * [5: "5"].count + (6 - 6.5) * [6: "6"].count + (7 - 7.5) * [7: "7"].count + (8 - 8.5) * [8: "8"].count
  + (9 - 9.5) * [9: "9"].count + (10 - 10.5) * [10: "10"].count + (11 - 11.5) * [11: "11"].count + (12 - 12.5)
  * [12: "12"].count + (13 - 13.5) * [13: "13"].count + (14 - 14.5) * [14: "14"].count + (15 - 15.5) * [15: "15"].count
  + (16 - 16.5) * [16: "16"].count + (17 - 17.5) * [17: "17"].count

struct PoolAllocator: BlockPool, ~Copyable {
  init(heap: Heap, block: Layout) {}
  mutating func allocate() -> Address? {
    nil
  }
  mutating func deallocate(_ address: Address) {}
}
