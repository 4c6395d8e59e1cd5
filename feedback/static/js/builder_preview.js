// The phone: the next page is loaded behind the one that is seen, so that nothing
// flickers while somebody types. Its buttons turn the pages, and the scores chosen in it
// decide the words that follow; nothing is ever saved.

export class Preview {
  constructor(screen) {
    this.screen = screen;
    this.timer = null;
    this.turned = 0;
    this.wanted = null;
    // field to value, of the scores that were chosen
    this.given = new Map();
  }

  ready() {
    const [frame] = this.screen.querySelectorAll("iframe");
    this.address = new URL(frame.src, location.href);
    const { contentDocument: page } = frame;
    if (page?.readyState === "complete" && page.URL !== "about:blank") this.arrived(frame);
    else frame.addEventListener("load", () => this.arrived(frame), { once: true });
  }

  show(url, revision) {
    const address = new URL(url, location.href);
    if (address.searchParams.get("at") !== this.address.searchParams.get("at")) this.turned = 0;
    this.address = address;
    this.revision = revision;
    this.renew(150);
  }

  turn(step) {
    this.turned += step;
    this.renew(0);
  }

  renew(wait) {
    const address = new URL(this.address);
    if (this.revision) address.searchParams.set("revision", this.revision);
    if (this.turned) address.searchParams.set("turn", this.turned);
    for (const [name, value] of this.given) address.searchParams.set(name, value);
    if (address.href === this.wanted) return;
    this.wanted = address.href;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(address), wait);
  }

  load(address) {
    const [shown] = this.screen.querySelectorAll("iframe:not([data-waiting])");
    this.screen.querySelectorAll("iframe[data-waiting]").forEach((old) => old.remove());
    const next = shown.cloneNode();
    next.dataset.waiting = "";
    next.tabIndex = -1;
    const top = shown.contentWindow?.scrollY ?? 0;
    const place = `${address.searchParams.get("at")} ${this.turned}`;
    next.addEventListener("load", () => {
      if (!next.isConnected) return;
      for (const name of ["data-waiting", "tabindex"]) next.removeAttribute(name);
      const { activeElement: held } = shown.contentDocument ?? {};
      const hadFocus = document.activeElement === shown;
      this.arrived(next, place === this.place ? top : null);
      this.place = place;
      shown.remove();
      if (hadFocus && held?.id) next.contentDocument?.getElementById(held.id)?.focus({ preventScroll: true });
    }, { once: true });
    next.src = address.href;
    this.screen.append(next);
  }

  // To where it was, or to the question that is edited.
  arrived(frame, top = null) {
    const page = frame.contentDocument;
    if (!page) return;
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      const wish = event.submitter?.value ?? "";
      if (!wish.startsWith("lang:")) this.turn(wish === "back" ? -1 : 1);
    });
    page.addEventListener("change", (event) => {
      if (event.target.type !== "radio") return;
      this.given.set(event.target.name, event.target.value);
      if (event.target.closest("[data-live]")) this.renew(0);
    });
    page.addEventListener("click", (event) => {
      if (event.target.closest?.("a")) event.preventDefault();
    });
    if (top !== null) return void frame.contentWindow.scrollTo(0, top);
    const at = this.address.searchParams.get("at") ?? "";
    const key = at.startsWith("question-") && !this.turned ? at.slice("question-".length) : "";
    const part = key && page.getElementById(`q-${key}`);
    if (part) part.scrollIntoView({ block: "center" });
  }
}
