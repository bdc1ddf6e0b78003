import AllocLab
import Testing

@Suite("Addresses and layouts")
struct AddressAndLayoutTests {
  @Test("round up and down to an alignment", arguments: [1, 2, 16, 4096])
  func rounding(alignment: Int) {
    for offset in [0, 1, 15, 16, 17, 4095, 4096, 4097] {
      let (down, up) = (Address(offset).alignedDown(to: alignment), Address(offset).alignedUp(to: alignment))
      #expect(down.offset % alignment == 0 && up.offset % alignment == 0)
      #expect(down <= Address(offset) && Address(offset) <= up && up - down <= alignment)
      #expect(Address(offset).isAligned(to: alignment) == (up == down))
    }
  }

  @Test("measure distances")
  func distances() {
    #expect(Address(40) + 8 == Address(48))
    #expect(Address(40) - 8 == Address(32))
    #expect(Address(40) - Address(48) == -8)
    #expect(Address(-1) < Address(0))
  }

  @Test("give the distance between blocks in a row")
  func strides() {
    #expect(Layout(size: 24, alignment: 16).stride == 32)
    #expect(Layout(size: 32, alignment: 16).stride == 32)
    #expect(Layout(size: 3).stride == 3)
    #expect(Layout(size: 0).stride == 1)
    #expect(Layout(size: 0, alignment: 8).stride == 8)
    #expect(Layout(size: .max, alignment: 1).stride == .max)
    #expect(Layout(size: .max, alignment: 2).stride == nil)
  }

  @Test("refuse what is no layout")
  func preconditions() async {
    await #expect(processExitsWith: .failure) { _ = Layout(size: -1) }
    await #expect(processExitsWith: .failure) { _ = Layout(size: 8, alignment: 3) }
    await #expect(processExitsWith: .failure) { _ = Layout(size: 8, alignment: 0) }
  }
}
