# Using API key header
curl -H "x-api-key: vx_a1b2c3d4e5f6..." \
  https://api.your-voicex.com/api/dashboard/agents
