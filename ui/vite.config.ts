import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => {
  const { CORDBOARD_API, CORDBOARD_UI_PORT } = loadEnv(mode, ".", "CORDBOARD_");
  // The engine to develop against.
  const engine = CORDBOARD_API ?? "http://127.0.0.1:7080";
  return {
    plugins: [react()],
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
