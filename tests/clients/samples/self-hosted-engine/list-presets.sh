curl http://localhost:8787/presets \
  -H "Authorization: Bearer ${ENGINE_API_KEY}"
