curl -H "x-api-key: vx_..." \
  https://api.your-voicex.com/api/dashboard/stats
