// Agents are processes, and the tests measure what those do in time: more of them at once would only make a small machine slow.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
