"""
A pipeline, a grid search, and what the model relies on
=======================================================

The estimators are scikit-learn's in all that counts: they stand in pipelines, are searched over and cross-validated,
and inspected by its tools. Here a scaled regressor is chosen on the diabetes data, and permutation importance says
how much worse R² becomes on rows held out when one column is shuffled: what the network makes no use of stays at
zero.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from halfmoon import MLPRegressor

data = load_diabetes()
X_train, X_test, y_train, y_test = train_test_split(data.data, data.target, random_state=0)
regressor = MLPRegressor(
    learning_rate_init=0.01, max_iter=1000, early_stopping=True, scoring="loss", loss="huber", dtype="float32", random_state=0
)
grid = {"mlpregressor__hidden_layer_sizes": [(8,), (32,)], "mlpregressor__alpha": [0.1, 3]}
search = GridSearchCV(make_pipeline(StandardScaler(), regressor), grid, cv=3).fit(X_train, y_train)
print(search.best_params_)
print(f"R² in cross-validation {search.best_score_:.2f}, on the test rows {search.score(X_test, y_test):.2f}")

found = permutation_importance(search, X_test, y_test, n_repeats=20, random_state=0)
order = found.importances_mean.argsort()
figure, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
ax.boxplot(found.importances[order].T, orientation="horizontal", tick_labels=[data.feature_names[index] for index in order])
ax.axvline(0, color="grey", linestyle="--", linewidth=0.8)
ax.set(xlabel="how much R² falls when the column is shuffled", title="What the best network relies on")
plt.show()
