// Sends one file as the raw body of a request, with progress; works in every browser since XMLHttpRequest level 2.
export default {
  template: `
    <div class="nx-upload">
      <label class="nx-drop" :class="{ 'is-over': over, 'is-chosen': name, 'is-sending': sending }"
          @dragover.prevent="over = true" @dragleave="over = false" @drop.prevent="drop">
        <input ref="input" type="file" :accept="accept" :disabled="sending" @change="choose($refs.input.files[0])" />
        <q-icon :name="name ? 'description' : 'upload_file'" aria-hidden="true"></q-icon>
        <span class="nx-drop-text">
          <strong>{{ name || label }}</strong>
          <small>{{ size || words.drop }}</small>
        </span>
      </label>
      <div v-if="sending" class="nx-upload-run">
        <progress :value="done" max="1" :aria-label="label"></progress>
        <button type="button" class="nx-upload-cancel" @click="cancel">{{ words.cancel }}</button>
      </div>
      <div v-if="failure" class="nx-banner" role="alert">
        <q-icon name="error_outline" aria-hidden="true"></q-icon><span>{{ failure }}</span>
      </div>
      <span v-else-if="status" class="nx-muted" role="status">{{ status }}</span>
    </div>`,
  props: { url: String, label: String, accept: String, limit: Number, words: Object },
  data() {
    return { name: "", size: "", sending: false, over: false, done: 0, status: "", failure: "" };
  },
  mounted() {
    window.addEventListener("beforeunload", this.warn);
  },
  unmounted() {
    window.removeEventListener("beforeunload", this.warn);
    if (this.request) this.request.abort();
  },
  methods: {
    warn(event) {
      if (this.sending) event.preventDefault();
    },
    drop(event) {
      this.over = false;
      if (!this.sending) this.choose(event.dataTransfer.files[0]);
    },
    choose(file) {
      if (!file) return;
      this.file = file;
      this.name = file.name;
      this.size = this.sized(file.size);
      this.status = "";
      this.failure = this.refusal(file);
      this.$emit("chosen", { name: file.name, size: file.size });
    },
    refusal(file) {
      if (!file) return this.words.none;
      if (file.size > this.limit) return this.words.large;
      return file.size ? "" : this.words.empty;
    },
    sized(bytes) {
      const [value, unit] = bytes < 1e6 ? [Math.ceil(bytes / 1e3), "kB"] : [Math.round(bytes / 1e5) / 10, "MB"];
      return value.toLocaleString(document.documentElement.lang || "id") + " " + unit;
    },
    send(fields) {
      if (this.sending) return;
      this.failure = this.refusal(this.file);
      if (this.failure) return;
      const query = new URLSearchParams(Object.assign({}, fields, { filename: this.file.name }));
      this.request = new XMLHttpRequest();
      this.request.open("POST", this.url + "?" + query.toString());
      this.request.setRequestHeader("Content-Type", "application/octet-stream");
      this.request.upload.onprogress = (event) => this.progress(event.loaded / (event.total || this.file.size));
      this.request.onload = () => this.finish(this.request);
      this.request.onerror = () => this.fail(this.words.lost);
      this.request.onabort = () => this.end(this.words.cancelled);
      this.sending = true;
      this.progress(0);
      this.request.send(this.file);
    },
    cancel() {
      this.request.abort();
    },
    progress(part) {
      this.done = part;
      this.status = part < 1 ? this.words.sending.replace("%", Math.floor(part * 100) + "%") : this.words.storing;
    },
    finish(request) {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch (error) {
        answer = { text: request.status === 413 ? this.words.large : this.words.lost };
      }
      if (request.status !== 200) return this.fail(answer.text || this.words.lost);
      this.end("");
      this.file = null;
      this.name = this.size = this.$refs.input.value = "";
      this.$emit("stored", answer);
    },
    fail(text) {
      this.end("");
      this.failure = text;
    },
    end(status) {
      this.sending = false;
      this.status = status;
    },
  },
};
