// Maps beside each other that follow one another's place, zoom and time.

const GROUPS = new Map();

export class Group {
  constructor(member) {
    this.member = member;
    this.name = "";
  }

  join(name) {
    if (name === this.name) return;
    this.leave();
    this.name = name;
    if (!name) return;
    if (!GROUPS.has(name)) GROUPS.set(name, new Set());
    GROUPS.get(name).add(this.member);
  }

  leave() {
    GROUPS.get(this.name)?.delete(this.member);
    this.name = "";
  }

  get others() {
    return [...(GROUPS.get(this.name) ?? [])].filter((member) => member !== this.member);
  }
}
