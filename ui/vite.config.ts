import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  clearScreen: false,
  server: {
    port: 5173,
    strictPort: true,
    // The product's mark is kept with the other assets, one folder up.
    fs: { allow: [".."] },
    proxy: { "/api": { target: "http://127.0.0.1:7080", ws: true } },
  },
  // No inlined images: the engine's content policy allows only files from itself.
  build: { target: "safari16.4", assetsInlineLimit: 0 },
  test: { environment: "jsdom", globals: false },
});
