import Traces
import Vocabularies
import Workloads

/// Frames whose rows say more than where registers were saved.
extension Unwinding {
  private typealias Builder = ProcessImageBuilder
  private typealias Layout = ProcessImageBuilder.Layout
  private typealias Rule = ProcessImageTables.Rule

  /// A frame whose CFA comes from a register that the frames within have kept in one way or another; or not.
  static func rules(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    builder.module()
    builder.pad(generator.pick(1...30))
    let start = outermost(&builder, 3)
    let registers = [3, 6, 10, 12, 15, 0]
    let users = registers.map { register in
      builder.function(
        Layout.rows(cfa: register, saved: [register], locals: 2, offset: generator.pick([16, 0, 0 &- 8, 1 << 40])))
    }
    let plain = builder.function(.rows(saved: [], locals: 1))
    let chain = builder.function(.framePointer())
    func thread(_ number: Int) -> Builder.Thread {
      var thread = builder.thread(in: start, at: start.end)
      builder.call(&thread, users[number], at: users[number].anyReturn(with: &generator))
      return thread
    }
    for (number, register) in registers.enumerated() {
      let other = registers[(number + 1) % registers.count]
      let free = [1, 2, 4, 5, 8, 9, 11].shuffled(using: &generator)
      var layouts: [Layout] = [
        .rows(saved: [register]), .rows(saved: [other, register]), .rows(cfa: other, saved: [register, other]), .rows(),
      ]
      for moved in [[(register, free[0])], [(register, other)], [(register, other), (other, register)]] {
        var layout = Layout.rows(saved: moved.count == 1 && moved[0].1 == other ? [other] : [])
        layout.moved = moved.map { (register: $0.0, to: $0.1) }
        layouts.append(layout)
      }
      var lost = Layout.rows(saved: [other])
      lost.lost = [register]
      layouts.append(lost)
      var another = Layout.rows()
      another.lost = [other]
      layouts.append(another)
      for (place, layout) in layouts.enumerated() {
        let function = builder.function(layout)
        // In its rules' order, and in the other.
        if place % 2 == 0 { builder.edit { $0.rows[$0.rows.count - 1].rules.reverse() } }
        for depth in 0...3 {
          var thread = thread(number)
          if depth > 0 { builder.call(&thread, function, with: &generator) }
          // Where nothing but a frame pointer was kept, rules look at what is unknown.
          if depth > 1 { builder.call(&thread, depth == 2 ? plain : chain, with: &generator) }
          builder.stop(&thread, in: depth == 0 ? function : plain, with: &generator)
          builder.add(thread)
        }
      }
      // Code of which only a frame pointer is known keeps nothing.
      var through = thread(number)
      builder.call(&through, chain, with: &generator)
      builder.stop(&through, in: plain, with: &generator)
      builder.add(through)
      // Computed from the CFA: what the register has to be is known once the caller stands.
      var computed = thread(number)
      var layout = Layout.rows(saved: [other])
      layout.values = [(register, computed.registers[register] &- computed.stackPointer)]
      let function = builder.function(layout)
      builder.call(&computed, function, with: &generator)
      builder.stop(&computed, in: plain, with: &generator)
      builder.add(computed)
      // What is unknown stays so, whatever becomes of another register.
      let holder = builder.function(.rows())
      builder.edit { $0.rows[$0.rows.count - 1].rules.append(Rule(other, .saved, 1 << 40)) }
      for isChain in [false, true] {
        var thread = thread(number)
        builder.call(&thread, holder, with: &generator)
        if isChain { builder.call(&thread, chain, with: &generator) }
        builder.stop(&thread, in: plain, with: &generator)
        builder.add(thread)
      }
      for rule in [
        Rule(register, .same), Rule(register, .saved, 8), Rule(register, .saved, 1 << 40),
        Rule(register, .saved, 0 &- 1 << 40),
        Rule(register, .saved, 0 &- 12),
      ] {
        var thread = thread(number)
        let function = builder.function(.rows(locals: 3))
        builder.edit { $0.rows[$0.rows.count - 1].rules.append(rule) }
        // At CFA + 8 the caller has what it saved or a local; there the register's value must stand.
        let (value, cfa) = (thread.registers[register], thread.stackPointer)
        builder.call(&thread, function, at: function.end)
        if rule.code != .same { thread.registers[register] = generator.next() }
        builder.stop(&thread, in: plain, with: &generator)
        builder.add(thread)
        if rule.operand == 8 || rule.operand == 0 &- 12 { builder.damage { $0.set(value, at: cfa &+ rule.operand) } }
      }
    }
    special(&builder, plain, chain, start, with: &generator)
    // What nobody called needs no CFA.
    var layout = Layout.rows(cfa: 3, saved: [3])
    layout.isOutermost = true
    let first = builder.function(layout)
    for function in [plain, chain] {
      var thread = builder.thread(in: first, at: first.end)
      builder.call(&thread, function, with: &generator)
      builder.stop(&thread, in: plain, with: &generator)
      builder.add(thread)
    }
    return builder.trace(with: &generator)
  }

  /// Rules of the stack pointer and of the return address.
  private static func special(
    _ builder: inout Builder, _ plain: Builder.Function, _ chain: Builder.Function, _ start: Builder.Function,
    with generator: inout SeededGenerator
  ) {
    let pointer = UnwindVocabulary.stackPointer
    let rules: [[Rule]] = [
      // Callees that take their arguments down; what is not above, not a multiple of 8, not in the stack; what is unknown.
      [Rule(pointer, .value, 8)], [Rule(pointer, .value, 0)], [Rule(pointer, .value, 4)],
      [Rule(pointer, .value, 0 &- 256)],
      [Rule(pointer, .value, 1 << 40)], [Rule(pointer, .saved, 0 &- 16)], [Rule(pointer, .saved, 1 << 40)],
      [Rule(pointer, .undefined)], [Rule(pointer, .register, 11)], [Rule(pointer, .same)],
      // A return address in a register, or where no memory is; and that of a stack pointer that is wrong as well.
      [Rule(16, .register, 11)], [Rule(16, .register, 2)], [Rule(16, .saved, 1 << 40)], [Rule(16, .saved, 0)],
      [Rule(16, .saved, 1 << 40), Rule(pointer, .value, 4)], [Rule(16, .register, 2), Rule(pointer, .undefined)],
      [Rule(16, .undefined), Rule(pointer, .undefined)],
    ]
    for rules in rules {
      let function = builder.function(.rows(locals: 3))
      builder.edit { module in
        let row = module.rows.count - 1
        let named = Set(rules.map(\.register))
        module.rows[row].rules.removeAll { named.contains($0.register) }
        module.rows[row].rules += rules
      }
      for way in 0..<3 {
        var thread = builder.thread(in: start, at: start.end)
        builder.call(&thread, plain, with: &generator)
        let (cfa, returnAddress) = (thread.stackPointer, thread.programCounter)
        if way == 0 {
          builder.stop(&thread, in: function, with: &generator)
        } else {
          builder.call(&thread, function, with: &generator)
        }
        // After code with a frame pointer the registers are unknown.
        if way == 2 { builder.call(&thread, chain, with: &generator) }
        let isStack = rules.contains { $0.register == pointer && $0.code == .register }
        thread.registers[11] = isStack ? cfa + 8 : returnAddress
        thread.registers[2] = 0
        if way > 0 { builder.stop(&thread, in: plain, with: &generator) }
        builder.add(thread)
        builder.damage { image in
          if rules.contains(where: { $0.register == pointer && $0.code == .saved }) { image.set(cfa + 8, at: cfa - 16) }
          if rules.contains(where: { $0.register == 16 && $0.operand == 0 }) { image.set(returnAddress, at: cfa) }
        }
      }
    }
  }

  static func mixed(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    var functions: [Builder.Function] = []
    for _ in 0..<3 {
      builder.module()
      builder.pad(generator.pick(1...30))
      for _ in 0..<4 {
        functions.append(builder.function(.framePointer(locals: generator.pick([0, 1, 4]))))
        functions.append(
          builder.function(.rows(saved: ProcessImageBuilder.calleeSaved.filter { _ in generator.oneIn(2) })))
        let register = generator.pick([3, 6, 6, 12])
        functions.append(builder.function(.rows(cfa: register, saved: [register, 14])))
      }
    }
    let starts = (0..<4).map { outermost(&builder, $0) }
    builder.pad(8)
    for round in 0..<80 {
      let start = starts[round % 4]
      var thread = builder.thread(in: start, at: start.anyReturn(with: &generator))
      for _ in 0..<generator.pick(1...16) { builder.call(&thread, generator.pick(functions), with: &generator) }
      builder.stop(&thread, in: generator.pick(functions), with: &generator)
      builder.add(thread)
    }
    return builder.trace(with: &generator)
  }

  /// Functions that stand one after the other and have quite different frames: a byte too far, and it is another's.
  static func lastCalls(with generator: inout SeededGenerator) -> Trace {
    var builder = Builder(with: &generator)
    builder.module()
    builder.pad(3)
    let start = outermost(&builder, 3)
    var functions: [Builder.Function] = []
    for round in 0..<24 {
      let layout: Layout =
        switch round % 4 {
        case 0: .rows(saved: [3], locals: 1)
        case 1: .framePointer(locals: 3)
        case 2: .rows(saved: [6, 12], locals: 9)
        default: .rows(cfa: 6, saved: [6], locals: 5)
        }
      functions.append(builder.function(layout, entry: round % 3 == 0 ? 0 : 4, body: generator.pick(1...30)))
      // A byte that nothing is known of, the end of the module, with another one behind or nothing.
      if round % 5 == 4 { builder.pad(1) }
      if round % 8 == 7 { builder.module(gap: round % 16 == 7 ? 0 : nil) }
    }
    let last = builder.function(.rows(saved: [13], locals: 4))
    functions.append(last)
    for function in functions {
      for _ in 0..<3 {
        var thread = builder.thread(in: start, at: start.end)
        builder.call(&thread, generator.pick(functions), with: &generator)
        builder.call(&thread, function, at: function.end)
        let inner = generator.pick(functions)
        builder.call(&thread, inner, at: inner.end)
        builder.stop(&thread, in: generator.pick(functions), with: &generator)
        builder.add(thread)
      }
      // At its first byte, and at the first of its body.
      for place in [function.start, function.body] {
        var thread = builder.thread(in: start, at: start.end)
        builder.call(&thread, generator.pick(functions), with: &generator)
        builder.call(&thread, function, at: place, isExact: true, isEntry: place < function.body)
        builder.add(thread)
      }
      for address in [function.start, function.end] { _ = builder.address(address) }
    }
    return builder.trace(with: &generator)
  }
}
