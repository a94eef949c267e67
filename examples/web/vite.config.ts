import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const API = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  // Files inlined as data: URLs would need a weaker content security policy.
  build: { outDir: 'dist', assetsInlineLimit: 0 },
  server: { proxy: { '/graphql': API, '/demo': API, '/posters': API } },
});
