"""Many claims at a time: a plan, tasks that share work, workers, and a store that a later run resumes from."""
