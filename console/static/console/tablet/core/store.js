// One bag of state and those who watch it. Watchers run once per frame, however many changes there were.

export class Store {
  constructor(state) {
    this.state = state;
    this.watchers = new Set();
    this.due = false;
  }

  set(patch) {
    this.state = { ...this.state, ...patch };
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      for (const watcher of this.watchers) watcher(this.state);
    });
  }

  watch(watcher) {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}
