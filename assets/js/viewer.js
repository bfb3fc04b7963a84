// The page of a book over the whole screen, with the cited passage marked. Opened by any element with data-picture.
window.nexusViewer = {
  ZOOMS: [1, 1.5, 2, 3],
  SHARP: 900, // pixels of a sheet from which the larger picture is fetched

  open(link) {
    const box = document.querySelector("dialog.nx-viewer");
    if (!box) return;
    const cut = link.dataset.picture.lastIndexOf("/");
    this.box = box;
    this.base = link.dataset.picture.slice(0, cut);
    this.cited = this.page = Number(link.dataset.picture.slice(cut + 1));
    this.pages = this.page;
    this.zoom = 0;
    this.part("header strong").textContent = link.dataset.name;
    this.part("header small").textContent = link.dataset.book;
    if (box.showModal) box.showModal(); else box.setAttribute("open", "");
    this.show();
  },

  close() {
    if (this.box.close) this.box.close(); else this.box.removeAttribute("open");
  },

  part(selector) { return this.box.querySelector(selector); },

  tell(text) {
    this.part(".nx-viewer-told").textContent = text;
    this.part(".nx-viewer-told").hidden = !text;
    this.part(".nx-viewer-sheet").hidden = Boolean(text);
  },

  async show() {
    const page = this.page, address = this.base + "/" + page;
    this.tell(this.box.dataset.loading);
    this.mark([]);
    this.place();
    try {
      const [found] = await Promise.all([this.fetchMarks(address), this.fetchPicture(address)]);
      if (page !== this.page) return;
      this.pages = found.pages;
      this.part("header strong").textContent = found.name;
      this.mark(found.rectangles);
      this.place();
      this.tell("");
      this.size();
      this.scrollToMark();
    } catch (error) {
      if (page === this.page) this.tell(error.message || this.box.dataset.failed);
    }
  },

  async fetchMarks(address) {
    let answer;
    try { answer = await fetch(address + "/sorot"); } catch { throw new Error(this.box.dataset.failed); }
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  },

  fetchPicture(address) {
    const image = this.part("img");
    return new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new Error(this.box.dataset.failed));
      image.src = address + "?lebar=" + this.width();
    });
  },

  width() {
    const sheet = Math.min(this.part(".nx-viewer-page").clientWidth, 860) * this.ZOOMS[this.zoom];
    return sheet * Math.min(window.devicePixelRatio || 1, 2) > this.SHARP ? 1600 : 800;
  },

  mark(rectangles) {
    const sheet = this.part(".nx-viewer-sheet");
    sheet.querySelectorAll("mark").forEach((old) => old.remove());
    for (const [left, top, right, bottom] of rectangles) {
      const mark = document.createElement("mark");
      mark.style.cssText = `left:${left * 100}%;top:${top * 100}%;width:${(right - left) * 100}%;height:${(bottom - top) * 100}%`;
      sheet.append(mark);
    }
  },

  size() {
    this.part(".nx-viewer-sheet").style.width = `${this.ZOOMS[this.zoom] * 100}%`;
    this.part(".nx-viewer-sheet").classList.toggle("is-zoomed", this.zoom > 0);
    const image = this.part("img"), wanted = this.base + "/" + this.page + "?lebar=" + this.width();
    if (!image.src.endsWith(wanted)) image.src = wanted;
    this.part("[data-do=out]").disabled = this.zoom === 0;
    this.part("[data-do=in]").disabled = this.zoom === this.ZOOMS.length - 1;
  },

  scrollToMark() {
    const mark = this.part("mark"), view = this.part(".nx-viewer-page");
    view.scrollTop = mark ? mark.offsetTop - view.clientHeight / 4 : 0;
    view.scrollLeft = mark ? mark.offsetLeft - 24 : 0;
  },

  place() {
    const words = this.box.dataset.of.replace("{page}", this.page).replace("{count}", this.pages);
    this.part(".nx-viewer-place").textContent = words;
    this.part("[data-do=before]").disabled = this.page <= 1;
    this.part("[data-do=after]").disabled = this.page >= this.pages;
  },

  act(action) {
    if (action === "close") return this.close();
    if (action === "before" || action === "after") {
      this.page = Math.min(this.pages, Math.max(1, this.page + (action === "after" ? 1 : -1)));
      return this.show();
    }
    this.zoom = Math.min(this.ZOOMS.length - 1, Math.max(0, this.zoom + (action === "in" ? 1 : -1)));
    this.size();
    this.scrollToMark();
  },
};

document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("[data-picture]");
  if (link) return window.nexusViewer.open(link);
  const button = event.target.closest && event.target.closest(".nx-viewer [data-do]");
  if (button) return window.nexusViewer.act(button.dataset.do);
  if (event.target.matches && event.target.matches("dialog.nx-viewer")) window.nexusViewer.close();
});

document.addEventListener("keydown", (event) => {
  if (!document.querySelector("dialog.nx-viewer[open]")) return;
  const action = { "+": "in", "=": "in", "-": "out", PageDown: "after", PageUp: "before" }[event.key];
  if (action) { event.preventDefault(); window.nexusViewer.act(action); }
});
