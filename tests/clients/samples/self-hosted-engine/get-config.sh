curl http://localhost:8787/config \
  -H "Authorization: Bearer ${ENGINE_API_KEY}"
