import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Unwinding {
  static let workloads: [Workload] = [
    Workload("frame-pointers", "Chains of frame pointers, from one frame to eighty.", weight: 2) {
      framePointers(with: &$0)
    },
    Workload("damaged", "Chains that are broken: circles, wild words, holes in the memory.", weight: 2) {
      damaged(with: &$0)
    },
    Workload("rows", "Frames with rows, whose CFA comes from any register.", weight: 2) { rows(with: &$0) },
    Workload("rules", "Registers that are saved, moved, computed or lost, and needed farther out.", weight: 2) {
      rules(with: &$0)
    },
    Workload("mixed", "Code with rows calls code with frame pointers, and the other way round.", weight: 2) {
      mixed(with: &$0)
    },
    Workload("last-calls", "Calls at the end of functions, and threads at their beginning.", weight: 2) {
      lastCalls(with: &$0)
    },
    Workload("signals", "Handlers of signals, and what they interrupted.", weight: 2) { signals(with: &$0) },
    Workload("nowhere", "Calls of what is no code, at the limits of stacks as well.") { nowhere(with: &$0) },
    Workload("damaged-rows", "Frames with rows on stacks and with registers that are damaged.", weight: 2) {
      damagedRows(with: &$0)
    },
    Workload("random", "Threads of all sorts, each with a few words that are wrong.", weight: 2) {
      Unwinding.random(with: &$0)
    },
    Workload("symbols", "Symbols with gaps, inside others, of size 0, and with one start.", weight: 2) {
      Unwinding.symbols(with: &$0)
    },
    Workload("lines", "Rows of lines that end, have line 0, or share a start.", weight: 2) {
      Unwinding.lines(with: &$0)
    },
    Workload("modules", "Addresses at the edges of modules, with and without a gap between them.", weight: 2) {
      Unwinding.modules(with: &$0)
    },
    Workload("deep", "Stacks of 100,000 frames.") { Unwinding.deep(with: &$0) },
    Workload("program", "Threads and addresses of a program of 16,000 functions.", isTimed: true) {
      Unwinding.program(with: &$0)
    },
    Workload("names", "Addresses among 60,000 symbols and as many lines.", isTimed: true) {
      Unwinding.names(with: &$0)
    },
  ]

  /// Words that are wrong nearly everywhere: where arithmetic ends, and no addresses.
  static let oddWords: [UInt64] = [
    0, 1, 7, 8, 16, 4096, 1 << 32, 1 << 63, 1 << 63 - 8, .max, .max - 6, .max - 7, .max - 8, .max - 14, .max - 15,
    .max - 16,
  ]
}

extension ProcessImageBuilder {
  /// A backtrace of every thread and every address, some of them twice.
  func trace(with generator: inout SeededGenerator, inOrder: Bool = false) -> Trace {
    var questions = image.threads.indices.map { UnwindVocabulary.word(.backtrace, $0) }
    for number in image.addresses.indices {
      questions += [UnwindVocabulary.word(.symbolise, number), UnwindVocabulary.word(.symboliseReturn, number)]
    }
    if !inOrder {
      questions.shuffle(using: &generator)
      for _ in 0..<min(4, questions.count) { questions.append(generator.pick(questions)) }
    }
    return Trace(asking: questions, about: image)
  }

  /// The thread calls a function, and something from within it, at a place that is drawn.
  mutating func call(_ thread: inout Thread, _ function: Function, with generator: inout SeededGenerator) {
    call(&thread, function, at: function.anyReturn(with: &generator))
  }

  /// The thread calls a function, and stands in its body.
  mutating func stop(_ thread: inout Thread, in function: Function, with generator: inout SeededGenerator) {
    let place = function.body + UInt64(generator.below(Int(function.end - function.body)))
    call(&thread, function, at: place, isExact: true)
  }

  /// A module with some functions that have frame pointers, and no rows.
  mutating func framePointerModule(_ count: Int, with generator: inout SeededGenerator) -> [Function] {
    module()
    pad(generator.pick(1...64))
    let functions = (0..<count).map { _ in
      function(.framePointer(locals: generator.pick([0, 1, 2, 5, 40])), body: generator.pick(8...60))
    }
    pad(generator.pick(1...64))
    return functions
  }
}

/// What a thread begins with, in the last module: without a frame pointer of its own, with one, or with a row that says so.
func outermost(_ builder: inout ProcessImageBuilder, _ way: Int) -> ProcessImageBuilder.Function {
  var layout = ProcessImageBuilder.Layout.rows(locals: 3)
  switch way {
  case 0:
    layout.cfaRegister = nil
    layout.isBare = true
  case 1: layout = .framePointer()
  case 2: break
  default: layout.isOutermost = true
  }
  return builder.function(layout)
}
