// The page in the window and in the browser.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./design/tokens.css";
import "./design/page.css";
import { Now } from "./features/now/now";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Now />
    </StrictMode>,
  );
}
