import Examining
import Grading
import Judging
import SystemPackage
import Traces

/// The traces of a malloc lab, replayed by one allocator after the other.
struct MallocLab {
  let judge: Judge
  let options: SubjectOptions
  /// As they were read, with nothing fitted to a subject.
  let traces: [Trace]

  /// All traces of a folder, by name.
  static func traces(in folder: FilePath) throws -> [Trace] {
    let names = Files.names(in: folder).filter { $0.hasSuffix(".rep") || $0.hasSuffix(".trace") }
    guard !names.isEmpty else { throw JudgeError.trace("\(folder): holds no .rep and no .trace file") }
    return try names.map { name in
      let path = folder.appending(name)
      do {
        let trace = path.isScript ? try importScript(path) : try Trace(contentsOf: path)
        guard trace.vocabulary == "allocation" else {
          throw JudgeError.trace("\(path): a trace of the vocabulary \(trace.vocabulary), and not of allocation")
        }
        return trace
      } catch let error as JudgeError { throw error } catch { throw JudgeError.trace("\(error)") }
    }
  }

  /// Builds an allocator once, and replays them all.
  func run(_ choice: SubjectOptions.Choice) throws -> MallocLabText {
    guard case .csapp(_, let lab) = choice else { preconditionFailure("only allocators of malloc labs have a table") }
    let progress = SharedProgress()
    progress.update("\(choice.exercise.id): compiling")
    defer { progress.clear() }
    switch try options.build(choice, judge) {
    case .refused(let refusal):
      progress.clear()
      return MallocLabText(
        name: choice.exercise.id, lab: lab, results: [],
        refusal: MallocLabText.Refusal(refusal, of: choice.exercise, style: .detected()))
    case .subject(let subject):
      defer { judge.builder.discard(subject.worker) }
      var results: [CSAppResult] = []
      for trace in traces {
        progress.update("\(subject.name): \(trace.name), \(results.count + 1) of \(traces.count)")
        results.append(try judge.malloclab(subject, choice.exercise.adapt(trace)))
      }
      return MallocLabText(name: subject.name, lab: lab, results: results)
    }
  }
}
