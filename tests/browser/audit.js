// What a screen reader would not understand, and what a thumb would miss: a list of sentences.
() => {
  const problems = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[aria-hidden=true]");
  const say = (element, what) => problems.push(what + ": " + element.outerHTML.slice(0, 120));

  // The words that are read out for an element: its own label, the elements that label it, its text, its picture.
  const words = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
    if (node.getAttribute("aria-label")) return node.getAttribute("aria-label");
    if (node.tagName === "IMG") return node.alt;
    return [...node.childNodes].map(words).join(" ");
  };
  const name = (element) => {
    const ids = (element.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean);
    const labels = [...ids.map((id) => document.getElementById(id)), ...(element.labels || [])].filter(Boolean);
    return (labels.map(words).join(" ") + words(element) + (element.title || "")).trim();
  };

  const controls = "button, a[href], input:not([type=hidden]), textarea, select, summary, [role=button], [role=tab], "
    + "[role=dialog], [role=combobox], [role=option], [role=progressbar], nav, progress";
  for (const element of document.querySelectorAll(controls)) {
    if (shown(element) && !name(element)) say(element, "no name");
  }
  for (const image of document.images) {
    if (!image.hasAttribute("alt")) say(image, "no alt");
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) problems.push("id twice: " + id);
  if (!document.documentElement.lang) problems.push("no language");
  if (document.querySelectorAll("main").length !== 1) problems.push("not one main part");

  // Contrast of text against the nearest background that is not transparent; 4.5 to 1, 3 to 1 for large text (WCAG AA).
  const colour = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((one) => one / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const found = colour(getComputedStyle(one).backgroundColor);
      if (found.length === 3 || found[3] > 0.9) return found;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(element) || element.closest(":disabled, .disabled, .nicegui-skip-link, style, script")) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(colour(style.color)), luminance(background(element))].sort((a, b) => b - a);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 700);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < (large ? 3 : 4.5)) say(element, "contrast " + contrast.toFixed(2));
  }

  // Touch targets on a phone: 44 px high, or part of a line of text.
  for (const element of document.querySelectorAll("button, a[href], input:not([type=hidden]), [role=tab], summary")) {
    const box = element.getBoundingClientRect();
    const inline = element.tagName === "A" && getComputedStyle(element).display === "inline";
    const field = element.closest("label, .q-field");
    const height = field ? field.getBoundingClientRect().height : box.height;
    const skip = element.matches(".nicegui-skip-link");
    if (shown(element) && box.width > 1 && !inline && !skip && height < 35.5) say(element, "only " + Math.round(height) + " px high");
  }
  return problems;
}
