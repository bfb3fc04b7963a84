// Draws formulas with KaTeX, which is fetched with the first formula of a page. What cannot be drawn stays as written.
(() => {
  const FOLDER = "/katex/";
  const PAIRS = [["$$", "$$", true], ["\\[", "\\]", true], ["\\(", "\\)", false], ["$", "$", false]];

  // No links, no pictures, no classes; what a formula may expand to and how large it may get is bounded.
  const OPTIONS = { trust: false, strict: false, maxExpand: 500, maxSize: 10, output: "htmlAndMathml" };

  let katex;

  function load() {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = FOLDER + "katex.min.css";
    const script = document.createElement("script");
    script.src = FOLDER + "katex.min.js";
    return new Promise((loaded, failed) => {
      script.onload = () => loaded(window.katex);
      script.onerror = failed;
      document.head.append(style, script);
    });
  }

  function draw(element, engine) {
    const source = element.textContent.trim();
    const pair = PAIRS.find(([start]) => source.startsWith(start));
    if (!pair) return;
    const [start, end, displayMode] = pair;
    const drawn = document.createElement("span");
    try {
      engine.render(source.slice(start.length, -end.length), drawn, { ...OPTIONS, displayMode, throwOnError: true });
    } catch (error) {
      return; // not LaTeX that KaTeX knows, or nested deeper than its stack
    }
    element.replaceChildren(drawn);
    element.classList.add("is-drawn");
    if (displayMode) element.classList.add("is-display");
  }

  class Formula extends HTMLElement {
    connectedCallback() {
      if (this.drawn) return;
      this.drawn = true;
      katex = katex || load();
      katex.then((engine) => draw(this, engine), () => (katex = undefined));
    }
  }

  customElements.define("nx-formula", Formula);
})();
