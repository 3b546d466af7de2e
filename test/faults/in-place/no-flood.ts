// In the place of what holds floods of refusals back at a target: lets everything be refused.
export class Flood {
  enter() { return () => {} }
  judge() {}
}
