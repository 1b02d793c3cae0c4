import react from "@vitejs/plugin-react";
import { loadEnv, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** React Aria brings its own few words in 34 languages; the window speaks two of them. */
const onlyOurLanguages: Plugin = {
  name: "only-our-languages",
  enforce: "pre",
  load: (id) =>
    /\/intl\/(?:[^/]+\/)?(?!en-US|de-DE)[a-z]{2}-[A-Z]{2}\.m?js$/.test(id) ? "export default {};" : undefined,
};

export default defineConfig(({ mode }) => {
  const { CORDBOARD_API, CORDBOARD_UI_PORT } = loadEnv(mode, ".", "CORDBOARD_");
  // The engine to develop against.
  const engine = CORDBOARD_API ?? "http://127.0.0.1:7080";
  return {
    plugins: [react(), onlyOurLanguages],
    clearScreen: false,
    server: {
      port: Number(CORDBOARD_UI_PORT ?? 5173),
      strictPort: true,
      // The product's mark is kept with the other assets, one folder up.
      fs: { allow: [".."] },
      // The engine answers only pages of its own, so what is passed on names it as the origin.
      proxy: { "/api": { target: engine, ws: true, changeOrigin: true, headers: { origin: engine } } },
    },
    // No inlined images: the engine's content policy allows only files from itself.
    build: { target: "safari16.4", assetsInlineLimit: 0 },
    test: { environment: "jsdom", globals: false, testTimeout: 20_000, css: { include: [/tokens\.css/] } },
  };
});
