/// On which node a page gets its frame, when it is touched for the first time.
///
/// The names are those of Linux (`mbind(2)`, `numa(7)`). Sets of nodes are in ascending order, and never empty.
@frozen public enum MemoryPolicy: Equatable, Sendable {
  /// On the node of the thread that touches it, or where there is no free frame, on the nearest to that which has one.
  ///
  /// Only pages of this policy may move later.
  case local
  /// On that node, whoever touches it, or the nearest *to that node* which has a free frame.
  case preferred(Int)
  /// On one of these, never elsewhere: the nearest to the thread that touches it which has a free frame.
  case bind([Int])
  /// On these in turn: as `weighted`, with a weight of 1 each.
  case interleave([Int])
  /// On nodes in turn, as often as their weights say; there is a weight for each node of the machine, from 0 to 255, and not all are 0.
  ///
  /// The pages of one block take turns in *rounds*. In a round each node gets as many new pages as its weight, in whatever order; what it has
  /// not had yet is its *share*. A page goes to a node with a share and a free frame. If none has both, but one with a weight has a free
  /// frame, a new round begins: each node's share is its weight again. If no node with a weight has a free frame, the page goes where one
  /// of policy `local` would, and all shares stay as they are.
  case weighted([Int])
}
