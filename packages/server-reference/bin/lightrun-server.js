#!/usr/bin/env node
// Committed, because npm links commands when it installs, and `dist` is built after that.
import '../dist/main.js'
