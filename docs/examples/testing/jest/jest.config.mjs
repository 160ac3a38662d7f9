export default { testMatch: ["**/*.test.mjs"], transform: {}, setupFilesAfterEnv: ["./setup.mjs"] };
