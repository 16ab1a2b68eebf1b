import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  base: '/playground/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The page is only ever loaded from the machine it was built on, so its size costs nobody anything.
    chunkSizeWarningLimit: 800,
  },
})
