/* Feedback on any site: one script tag, nothing stored, nothing loaded before it is asked for.

   <script src="https://feedback.example/widget.js" data-feedback="SLUG" async></script>

   data-feedback  the link's name (required)
   data-mode      "button" (a button in the corner, the default) or "inline" (in place)
   data-label     words of the button; French or English by the page's language without
   data-lang      language of the survey; the page's language without
   data-color     ground of the button, as #1a5fb4; its words are black or white, as reads best

   The page can open it itself: window.feedbackWidget.open("SLUG"). */
(() => {
  const script = document.currentScript;
  const slug = script?.dataset.feedback;
  if (!slug || !/^[A-Za-z0-9_-]{1,32}$/.test(slug)) return;
  const base = new URL(script.src).origin;
  const language = script.dataset.lang || document.documentElement.lang || navigator.language;
  const french = /^fr\b/i.test(language);
  const words = french
    ? { label: "Votre avis", title: "Questionnaire : votre avis", close: "Fermer" }
    : { label: "Your feedback", title: "Survey: your feedback", close: "Close" };

  function dress(element, style) {
    for (const [name, value] of Object.entries(style)) {
      element.style.setProperty(name, value, "important");
    }
    return element;
  }

  function make(tag, style, attributes = {}) {
    const element = dress(document.createElement(tag), { all: "initial", "box-sizing": "border-box", ...style });
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function readable(color) {
    const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
    const [red, green, blue] = parts.slice(1).map((two) => {
      const share = parseInt(two, 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.1791 ? "#000000" : "#ffffff";
  }

  function frame() {
    const address = new URL(`/w/${slug}`, base);
    address.searchParams.set("lang", language.slice(0, 12));
    const element = make(
      "iframe",
      { display: "block", width: "100%", height: "420px", border: "0", background: "transparent" },
      { src: address.href, title: words.title, referrerpolicy: "strict-origin" },
    );
    // The survey says how high it is; nobody else is listened to.
    addEventListener("message", (event) => {
      if (event.origin !== base || event.source !== element.contentWindow) return;
      const height = Number(event.data?.feedbackHeight);
      if (height > 0) dress(element, { height: `${Math.min(Math.ceil(height), 2000)}px` });
      if (event.data?.feedbackClose) close();
    });
    return element;
  }

  let panel = null;
  let before = null;

  function close() {
    if (!panel) return;
    panel.remove();
    panel = null;
    button?.setAttribute("aria-expanded", "false");
    before?.focus?.();
  }

  function open() {
    if (panel) return;
    before = document.activeElement;
    panel = make(
      "div",
      {
        display: "flex", "flex-direction": "column", position: "fixed", right: "16px", bottom: "16px",
        width: "min(400px, calc(100vw - 32px))", "max-height": "calc(100vh - 32px)", overflow: "auto",
        background: "#ffffff", border: "1px solid #c8c8d0", "border-radius": "12px",
        "box-shadow": "0 12px 40px rgba(0, 0, 0, 0.24)", "z-index": "2147483000",
      },
      { role: "dialog", "aria-label": words.title },
    );
    const shut = make(
      "button",
      {
        "align-self": "flex-end", display: "block", margin: "4px", padding: "10px 14px", cursor: "pointer",
        font: "600 14px system-ui, sans-serif", color: "#1c1c22", "border-radius": "8px",
      },
      { type: "button" },
    );
    shut.textContent = `${words.close} ✕`;
    shut.addEventListener("click", close);
    shut.addEventListener("focus", () => dress(shut, { outline: "3px solid #1a5fb4" }));
    shut.addEventListener("blur", () => dress(shut, { outline: "none" }));
    panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
    panel.append(shut, frame());
    document.body.append(panel);
    button?.setAttribute("aria-expanded", "true");
    shut.focus();
  }

  let button = null;

  function start() {
    if (script.dataset.mode === "inline") {
      const place = make("div", { display: "block", width: "100%", "max-width": "640px", margin: "0 auto" });
      script.after(place);
      // Nothing is fetched for whoever never scrolls there.
      new IntersectionObserver((seen, watcher) => {
        if (!seen.some((one) => one.isIntersecting)) return;
        watcher.disconnect();
        place.append(frame());
      }, { rootMargin: "200px" }).observe(dress(place, { "min-height": "120px" }));
      return;
    }
    const color = /^#[0-9a-f]{6}$/i.test(script.dataset.color || "") ? script.dataset.color : "#1a5fb4";
    button = make(
      "button",
      {
        position: "fixed", right: "16px", bottom: "16px", padding: "14px 20px", cursor: "pointer",
        font: "600 16px system-ui, sans-serif", color: readable(color), background: color,
        "border-radius": "999px", "box-shadow": "0 4px 16px rgba(0, 0, 0, 0.24)", "z-index": "2147482999",
      },
      { type: "button", "aria-expanded": "false", "aria-haspopup": "dialog" },
    );
    button.textContent = (script.dataset.label || words.label).slice(0, 40);
    button.addEventListener("focus", () => dress(button, { outline: "3px solid #ffffff", "outline-offset": "-6px" }));
    button.addEventListener("blur", () => dress(button, { outline: "none" }));
    button.addEventListener("click", open);
    document.body.append(button);
  }

  const known = (window.feedbackWidget ??= { all: {}, open(name) { this.all[name]?.(); } });
  known.all[slug] = open;
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
